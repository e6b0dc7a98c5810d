import Tensors

/// The share of the targets' variance that the predictions explain, the mean over outputs.
///
///     R² = (1/K) Σⱼ (1 − Σᵢ (yᵢⱼ − tᵢⱼ)² / Σᵢ (tᵢⱼ − t̄ⱼ)²)        t̄ⱼ = (1/n) Σᵢ tᵢⱼ
///
/// 1 is perfect, 0 as good as always answering the mean. Σ(t − t̄)² is Σ(t − s)² − (Σ(t − s))²/n about a
/// fixed s, one sample's target, so that nothing is lost where t̄ is far from 0. Where all targets are
/// equal the output counts as 0. Keras's `R2Score` and scikit-learn's average alike
/// ("uniform_average").
public struct RSquared: Metric {
  private var outputs = 1
  private var center: [Double] = [0]

  /// `r_squared`.
  public let name = "r_squared"
  /// More is better.
  public let largerIsBetter = true
  /// Logits are no predictions.
  public let acceptsLogits = false

  /// R².
  public init() {}

  /// Σ(y − t)², Σ(t − s) and Σ(t − s)² of each output, and the number of samples.
  public var sumCount: Int { 3 * outputs + 1 }

  /// R² of so many outputs.
  public func judging(_ answers: Answers, outputs: Int) -> RSquared {
    var other = self
    other.outputs = outputs
    other.center = [Double](repeating: 0, count: outputs)
    return other
  }

  /// R² with its sums taken about `target`.
  public func centered(at target: Span<Float>) -> RSquared {
    var other = self
    for j in 0..<min(outputs, target.count) { other.center[j] = Double(target[j]) }
    return other
  }

  /// Adds the sums of these samples to `sums`.
  ///
  /// - Precondition: targets are as wide as predictions, `width` is the number of outputs.
  public func accumulate(
    prediction: Span<Float>, target: Span<Float>, width: Int, targetWidth: Int,
    into sums: inout MutableSpan<Double>
  ) {
    precondition(
      target.count == prediction.count && width == outputs,
      "\(prediction.count) predictions of width \(width), \(target.count) targets, \(outputs) judged"
    )
    let rows = prediction.count / width
    for j in 0..<width {
      let s = center[j]
      var (error, first, second) = (0.0, 0.0, 0.0)
      for i in 0..<rows {
        let t = Double(target[i &* width &+ j])
        let difference = Double(prediction[i &* width &+ j]) - t
        error += difference * difference
        first += t - s
        second += (t - s) * (t - s)
      }
      sums[3 * j] += error
      sums[3 * j + 1] += first
      sums[3 * j + 2] += second
    }
    sums[3 * width] += Double(rows)
  }

  /// R²; NaN where there were no samples.
  public func result(_ sums: Span<Double>) -> Double {
    let n = sums[3 * outputs]
    guard n > 0 else { return .nan }
    var total = 0.0
    for j in 0..<outputs {
      let first = sums[3 * j + 1]
      let variation = sums[3 * j + 2] - first * first / n
      if variation > 0 { total += 1 - sums[3 * j] / variation }
    }
    return total / Double(outputs)
  }
}
