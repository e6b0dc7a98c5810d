import Datasets
import Models
import Objectives
import Tensors

/// Finds the first number that is not finite in the passes of a shard: in which layer, for which
/// sample, by which operation.
final class DivergenceTrace: PassTrace {
  private let network: Network
  private var samples: [Int] = []
  /// The first layer behind which NaN is none that the lengths of sequences explain.
  private let firstNode: Int
  /// The first number that is not finite, in words; nil where all were so far.
  private(set) var finding: String?

  /// A trace of passes of `network`, whose parameters are looked at first.
  init(_ network: Network) {
    self.network = network
    firstNode = network.graph.masksByLength ? network.graph.maskingNode ?? 0 : 0
    let weights = network.parameters.weights
    for entry in network.parameters.entries where finding == nil {
      if let place = DivergenceTrace.first(weights.span(entry.range)) {
        finding = "the parameter \(entry.name), which is \(place.value) before the step"
      }
    }
  }

  /// A piece of the shard begins.
  func begin(_ samples: [Int], inputs: FloatStorage) {
    self.samples = samples
    if network.graph.masksByLength { return }
    find(inputs.span(0..<samples.count * network.graph.inputShape.count), "the input")
  }

  func forward(_ node: Int, output: Span<Float>) {
    if node < firstNode { return }
    find(output, "\(layer(node)), forward pass: its output")
  }

  /// The objective of each sample, whose positions weigh `weights`.
  func objective(
    _ plan: EvaluationPlan, output: Span<Float>, _ batch: Batch, weights: FloatStorage
  ) {
    guard finding == nil else { return }
    let (targets, width, positions) = (batch.targets, plan.graph.outputShape.count, plan.positions)
    var derivative = [Float](repeating: 0, count: width)
    for row in 0..<batch.count {
      var place = derivative.mutableSpan
      let value = plan.objective.valueAndGradient(
        prediction: output.extracting(row * width..<(row + 1) * width),
        target: targets.span(row * batch.targetWidth..<(row + 1) * batch.targetWidth),
        weights: weights.span(row * positions..<(row + 1) * positions), width: plan.outputs,
        gradient: &place)
      guard Float(value).isFinite else {
        finding = "the objective: it is \(Float(value)) for sample \(samples[row])"
        return
      }
    }
  }

  func backward(_ node: Int, outputGradient: Span<Float>) {
    let operation =
      node == network.graph.nodes.count - 1
      ? "the derivative of the objective"
      : "the backward pass behind \(layer(node)): the derivative"
    find(outputGradient, operation + " by its output")
  }

  /// The gradient of a layer's parameters is there.
  func gradient(_ arena: FloatStorage, _ range: Range<Int>) {
    for entry in network.parameters.entries
    where finding == nil && range.contains(entry.range.lowerBound) {
      if let place = DivergenceTrace.first(arena.span(entry.range)) {
        finding =
          "the backward pass: the gradient of \(entry.name), summed over the samples, is"
          + " \(place.value)"
      }
    }
  }

  private func layer(_ node: Int) -> String {
    "layer \(network.graph.nodes[node].name) (\(network.graph.nodes[node].layer.kind))"
  }

  /// Looks at numbers that lie sample after sample.
  private func find(_ values: Span<Float>, _ what: String) {
    guard finding == nil, let place = DivergenceTrace.first(values) else { return }
    let row = place.index / max(1, values.count / max(1, samples.count))
    finding = "\(what) is \(place.value) for sample \(samples[min(row, samples.count - 1)])"
  }

  private static func first(_ values: Span<Float>) -> (index: Int, value: Float)? {
    guard !allFinite(values) else { return nil }
    for i in 0..<values.count where !values[i].isFinite { return (i, values[i]) }
    return nil
  }
}
