import Metrics
import Objectives
import Tensors

/// An objective told as a metric: its mean over the samples, without weights and penalties.
public struct ObjectiveMetric: Metric {
  /// The objective; it reads what the network tells, never logits.
  public let objective: any Objective
  /// The objective's name.
  public let name: String
  /// The losses and the samples.
  public let sumCount = 2
  /// Less is better, as in training.
  public let largerIsBetter = false
  /// Outputs as they are told.
  public let acceptsLogits = false
  private let one = FloatStorage([1])

  /// The mean of `objective`, told as `name`.
  public init(_ objective: any Objective, name: String) {
    self.objective = objective
    self.name = name
  }

  /// Adds the losses and the number of these samples to `sums`, sample by sample.
  public func accumulate(
    prediction: Span<Float>, target: Span<Float>, width: Int, targetWidth: Int,
    into sums: inout MutableSpan<Double>
  ) {
    let rows = prediction.count / width
    let weight = one
    var total = 0.0
    for i in 0..<rows {
      total += objective.value(
        prediction: prediction.extracting(i * width..<(i + 1) * width),
        target: target.extracting(i * targetWidth..<(i + 1) * targetWidth), weights: weight.span,
        width: width)
    }
    sums[0] += total
    sums[1] += Double(rows)
  }

  /// The mean; NaN where there were no samples.
  public func result(_ sums: Span<Double>) -> Double { sums[0] / sums[1] }
}
