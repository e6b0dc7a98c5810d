import Layers
import Models
import Objectives
import OneDNN
import Tensors
import Training

/// A hidden layer of a network that pretraining gives its first values.
public struct HiddenLayer: Sendable {
  /// The layer's name in the network.
  public var name: String
  /// The layer.
  public var dense: Dense

  /// The dense layers with which `graph` begins, without the last layer that learns; layers that only
  /// make noise in training, or give their input another shape, may stand between.
  public static func leading(_ graph: NetworkGraph) -> [HiddenLayer] {
    let last = graph.nodes.lastIndex { !$0.parameters.isEmpty }
    var found: [HiddenLayer] = []
    for (index, node) in graph.nodes.enumerated() {
      guard index != last else { break }
      switch node.layer {
      case let dense as Dense: found.append(HiddenLayer(name: node.name, dense: dense))
      case is Dropout, is GaussianNoise, is GaussianDropout, is Flatten, is Reshape,
        is ActivityRegularization:
        continue
      default: return found
      }
    }
    return found
  }

  /// The names of its parameters within the layer.
  public var parameters: [String] { dense.usesBias ? ["weight", "bias"] : ["weight"] }
}

extension TrainedModel {
  /// The network of `layers` one after the other, all parameters zero; nil where there is none.
  public static func stack(
    _ layers: [HiddenLayer], inputShape: Shape, batch: Int, group: RankGroup, engine: Engine,
    stream: Stream
  ) throws(NetworkError) -> TrainedModel? {
    guard !layers.isEmpty else { return nil }
    let flat = inputShape.rank > 1 ? [LayerSpec(.layer(Flatten()))] : []
    let graph = try NetworkGraph(
      NetworkSpec(flat + layers.map { LayerSpec(.layer($0.dense), name: $0.name) }),
      inputShape: inputShape)
    return try TrainedModel(
      EvaluationPlan(
        graph: graph, objective: MeanSquaredError(), metrics: [], targetForm: .values, batch: batch),
      group: group, engine: engine, stream: stream)
  }
}
