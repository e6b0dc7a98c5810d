import Tensors

/// The mean cosine of the angle between outputs and targets.
///
///     (1/n) Σᵢ yᵢ·tᵢ / (‖yᵢ‖ ‖tᵢ‖)
///
/// Norms below 10⁻⁷ count as 10⁻⁷, so the cosine of a zero vector is 0, as in Keras. The objective of
/// this name is the negative of it.
public struct CosineSimilarity: Metric {
  /// `cosine_similarity`.
  public let name = "cosine_similarity"
  /// The cosines and the samples.
  public let sumCount = 2
  /// More agreement is better.
  public let largerIsBetter = true
  /// Logits have another direction.
  public let acceptsLogits = false

  /// The mean cosine.
  public init() {}

  /// Adds the cosines and the number of these samples to `sums`.
  ///
  /// - Precondition: targets are as wide as predictions.
  public func accumulate(
    prediction: Span<Float>, target: Span<Float>, width: Int, targetWidth: Int,
    into sums: inout MutableSpan<Double>
  ) {
    precondition(
      target.count == prediction.count, "\(prediction.count) predictions of \(target.count) targets"
    )
    let rows = prediction.count / width
    var total = 0.0
    for i in 0..<rows {
      let y = prediction.extracting(i &* width..<(i &+ 1) &* width)
      let t = target.extracting(i &* width..<(i &+ 1) &* width)
      total += dot(y, t) / (norm(y) * norm(t))
    }
    sums[0] += total
    sums[1] += Double(rows)
  }

  /// The mean; NaN where there were no samples.
  public func result(_ sums: Span<Double>) -> Double { sums[0] / sums[1] }

  /// ‖x‖, at least 10⁻⁷; NaN stays NaN.
  private func norm(_ x: Span<Float>) -> Double {
    let norm = dot(x, x).squareRoot()
    return norm < 1e-7 ? 1e-7 : norm
  }
}
