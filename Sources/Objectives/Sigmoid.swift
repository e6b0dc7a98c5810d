import Tensors

/// The logistic sigmoid σ as the binary cross-entropy uses it, e = exp(−|x|) never overflowing:
///
///     ℓ = max(x, 0) − t x + ln(1 + e)        ∂ℓ/∂x = σ(x) − t        σ(x) = (1 or e) / (1 + e)
enum Sigmoid {
  /// The loss of one logit.
  @inline(__always)
  static func loss(_ x: Float, _ t: Float) -> Float {
    let e = exponential(-abs(x))
    let sum = 1 + e
    // Dividing by the rounded e, not the true one, undoes what rounding the sum took away.
    let softplus = sum == 1 ? e : logarithm(sum) * (e / (sum - 1))
    return (x > 0 ? x : 0) - t * x + softplus
  }

  /// Writes the loss of each logit to `losses`.
  static func writeLosses(
    _ x: Span<Float>, _ t: Span<Float>, into losses: inout MutableSpan<Float>
  ) {
    let n = x.count
    precondition(t.count == n && losses.count == n)
    for i in 0..<n { losses[i] = loss(x[i], t[i]) }
  }

  /// Writes the derivative of the loss of each logit to `slopes`.
  static func writeSlopes(
    _ x: Span<Float>, _ t: Span<Float>, into slopes: inout MutableSpan<Float>
  ) {
    let n = x.count
    precondition(t.count == n && slopes.count == n)
    for i in 0..<n {
      let e = exponential(-abs(x[i]))
      slopes[i] = (x[i] >= 0 ? 1 : e) / (1 + e) - t[i]
    }
  }
}
