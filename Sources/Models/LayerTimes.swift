import Layers
import Tensors

/// How long each layer takes, measured in some passes of training plans.
public final class LayerTimes {
  /// The seconds of all measured forward passes, by layer.
  public private(set) var forward: [Double]
  /// The seconds of all measured backward passes, by layer.
  public private(set) var backward: [Double]
  /// The samples of all measured passes.
  public private(set) var samples = 0
  /// The measured passes.
  public private(set) var passes = 0
  /// The seconds of everything in the measured steps that is no layer.
  public private(set) var others: [Double] = .init(repeating: 0, count: Other.allCases.count)
  /// The measured steps.
  public private(set) var steps = 0
  /// By layer: the products of the forward pass's size that its backward pass takes.
  public let backwardProducts: [Int]

  /// No times yet for the layers of `graph`.
  public init(_ graph: NetworkGraph) {
    forward = .init(repeating: 0, count: graph.nodes.count)
    backward = .init(repeating: 0, count: graph.nodes.count)
    var carries: [Bool] = []
    backwardProducts = graph.nodes.map { node in
      let learns = node.parameters.contains { $0.role != .statistic }
      let passesOn = node.sources.contains { source in
        if case .node(let index) = source { return carries[index] }
        return false
      }
      carries.append(learns || passesOn)
      return (learns ? 1 : 0) + (passesOn ? 1 : 0)
    }
  }

  /// What belongs to a step beside its layers.
  public enum Other: Int, CaseIterable {
    /// Objective, its gradient and the metrics, once a pass.
    case objective
    /// The look for numbers that are not finite, once a step.
    case finiteness
    /// The optimizer with penalties and constraints, once a step.
    case update
  }

  /// Counts one step.
  public func countStep() { steps += 1 }

  /// Adds the time since `begin` to what `other` has taken.
  public func add(_ other: Other, since begin: Double) {
    others[other.rawValue] += MonotonicClock.seconds - begin
  }

  /// Counts one pass of `rows` samples.
  func count(rows: Int) {
    passes += 1
    samples += rows
  }

  /// Runs the forward pass of layer `index`.
  func forward(_ index: Int, _ layer: any PreparedLayer) {
    let begin = MonotonicClock.seconds
    layer.forward()
    forward[index] += MonotonicClock.seconds - begin
  }

  /// Runs the backward pass of layer `index`.
  func backward(_ index: Int, _ layer: any PreparedLayer) {
    let begin = MonotonicClock.seconds
    layer.backward()
    backward[index] += MonotonicClock.seconds - begin
  }
}
