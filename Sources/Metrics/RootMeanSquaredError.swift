import Tensors

/// The root of the mean squared distance of predictions from targets, over samples and outputs.
///
///     √( (1/nK) Σᵢⱼ (yᵢⱼ − tᵢⱼ)² )
///
/// The sums are that of the squares, in `Double`, and the number of outputs; the root is taken at the
/// very end, over all samples.
public struct RootMeanSquaredError: Metric {
  /// `root_mean_squared_error`.
  public let name = "root_mean_squared_error"
  /// The squares and their number.
  public let sumCount = 2
  /// A smaller error is better.
  public let largerIsBetter = false
  /// Logits are no predictions.
  public let acceptsLogits = false

  /// The root mean squared error.
  public init() {}

  /// Adds the squares of these samples, and their number, to `sums`.
  ///
  /// - Precondition: targets are as wide as predictions.
  public func accumulate(
    prediction: Span<Float>, target: Span<Float>, width: Int, targetWidth: Int,
    into sums: inout MutableSpan<Double>
  ) {
    precondition(
      target.count == prediction.count, "\(prediction.count) predictions of \(target.count) targets"
    )
    sums[0] += squaredDistance(prediction, target)
    sums[1] += Double(prediction.count)
  }

  /// The root of the mean; NaN where there were no samples.
  public func result(_ sums: Span<Double>) -> Double { (sums[0] / sums[1]).squareRoot() }
}
