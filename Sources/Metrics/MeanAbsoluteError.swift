import Tensors

/// The mean distance of predictions from targets, over samples and outputs.
///
///     (1/nK) Σᵢⱼ |yᵢⱼ − tᵢⱼ|
///
/// The sums are that of the distances, in `Double` and in order, and the number of outputs.
public struct MeanAbsoluteError: Metric {
  /// `mean_absolute_error`.
  public let name = "mean_absolute_error"
  /// The distances and their number.
  public let sumCount = 2
  /// A smaller error is better.
  public let largerIsBetter = false
  /// Logits are no predictions.
  public let acceptsLogits = false

  /// The mean absolute error.
  public init() {}

  /// Adds the distances of these samples, and their number, to `sums`.
  ///
  /// - Precondition: targets are as wide as predictions.
  public func accumulate(
    prediction: Span<Float>, target: Span<Float>, width: Int, targetWidth: Int,
    into sums: inout MutableSpan<Double>
  ) {
    let n = prediction.count
    precondition(target.count == n, "\(n) predictions of \(target.count) targets")
    var total = 0.0
    for i in 0..<n { total += abs(Double(prediction[i]) - Double(target[i])) }
    sums[0] += total
    sums[1] += Double(n)
  }

  /// The mean; NaN where there were no samples.
  public func result(_ sums: Span<Double>) -> Double { sums[0] / sums[1] }
}
