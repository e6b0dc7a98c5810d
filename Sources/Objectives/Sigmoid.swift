import Tensors

/// The logistic sigmoid σ as the binary cross-entropy uses it, e = exp(−|x|) never overflowing:
///
///     ℓ = max(x, 0) − t x + ln(1 + e)        ∂ℓ/∂x = σ(x) − t = (1 − t) σ(x) − t σ(−x)
///     σ(|x|) = 1 / (1 + e)        σ(−|x|) = e / (1 + e)
///
/// The derivative's last form keeps its digits where the answer is nearly right: nothing is taken from 1.
enum Sigmoid {
  /// The loss of one logit.
  @inline(__always)
  static func loss(_ x: Float, _ t: Float) -> Float {
    (x > 0 ? x : 0) - t * x + logOnePlus(exponential(-abs(x)))
  }

  /// Writes the loss of each logit to `losses`, the targets smoothed.
  static func writeLosses(
    _ x: Span<Float>, _ t: Span<Float>, _ smoothing: LabelSmoothing,
    into losses: inout MutableSpan<Float>
  ) {
    let n = x.count
    precondition(t.count == n && losses.count == n)
    for i in 0..<n { losses[i] = loss(x[i], smoothing.smoothed(t[i])) }
  }

  /// Writes the derivative of the loss of each logit to `slopes`, the targets smoothed.
  static func writeSlopes(
    _ x: Span<Float>, _ t: Span<Float>, _ smoothing: LabelSmoothing,
    into slopes: inout MutableSpan<Float>
  ) {
    let n = x.count
    precondition(t.count == n && slopes.count == n)
    for i in 0..<n {
      let e = exponential(-abs(x[i]))
      let t = smoothing.smoothed(t[i])
      let (yes, no): (Float, Float) = x[i] >= 0 ? (1, e) : (e, 1)
      slopes[i] = ((1 - t) * yes - t * no) / (1 + e)
    }
  }
}
