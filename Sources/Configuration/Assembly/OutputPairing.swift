import Layers
import Models
import Objectives

/// What is unusual about an objective and the activation before it.
enum OutputPairing {
  /// One sentence where the outputs of `graph` are hardly what `objective` reads; nil where all is
  /// well, or the last layer has no activation of its own.
  static func note(_ objective: any Objective, _ graph: NetworkGraph) -> String? {
    guard let activation = graph.shownActivation else { return nil }
    let name = Registry.name(of: objective)
    func unusual(_ reason: String, _ remedy: String) -> String {
      "\(words(activation)) at the output is unusual with \(name): \(reason); \(remedy)"
    }
    if activation == .softmax, graph.outputShape.count == graph.positions {
      return unusual("the softmax of one output is always 1", "use sigmoid")
    }
    switch objective.usualActivation {
    case .softmax:
      if activation == .softmax { return nil }
      return unusual(
        "it reads probabilities that add up to 1", "end the network with softmax")
    case .sigmoid:
      if activation == .sigmoid || activation == .hardSigmoid { return nil }
      return unusual("it reads a probability per output", "end the network with sigmoid")
    case nil: break
    }
    let remedy = objective is Poisson ? "use exponential or softplus" : "use linear"
    switch activation {
    case .softmax: return unusual("outputs are bound to add up to 1", remedy)
    case .relu: return unusual("an output of 0 has no gradient and may stay there", remedy)
    case .sigmoid, .hardSigmoid:
      guard objective.targetDomain == .signs else { return nil }
      return unusual("outputs never come below 0, but no is −1", "use linear or tanh")
    case .exponential, .softplus: return nil
    default:
      guard objective is Poisson else { return nil }
      return unusual("outputs may fall below 0, where it is not defined", remedy)
    }
  }

  private static func words(_ activation: Activation) -> String {
    let node = Registry.activations.encode(activation)
    return node.text ?? node.entries?.first?.key ?? "this activation"
  }
}
