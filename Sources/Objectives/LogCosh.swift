import Tensors

/// The mean over a sample's outputs of ln cosh of the error: squared near the target, even far from it.
///
///     L = (1/K) Σⱼ ln cosh eⱼ        ∂L/∂yⱼ = tanh(eⱼ) / K        eⱼ = yⱼ − tⱼ
///     ln cosh e = |e| − ln 2 + ln(1 + exp(−2|e|))
///
/// K is the number of outputs. The third line never overflows; below ½, where it would lose digits,
/// the Taylor series takes its place. As in Keras; PyTorch has no such objective.
public struct LogCosh: ElementwiseObjective {
  /// The objective ln cosh.
  public init() {}

  /// Writes ln cosh e of each element to `losses`.
  public func writeLosses(
    _ prediction: Span<Float>, _ target: Span<Float>, into losses: inout MutableSpan<Float>
  ) {
    let n = losses.count
    precondition(prediction.count == n && target.count == n)
    for i in 0..<n {
      let a = abs(prediction[i] - target[i])
      let s = a * a
      var p: Float = 0.000256592
      p = -0.00073861054 + p * s
      p = 0.0021869489 + p * s
      p = -0.0067460317 + p * s
      p = 0.022222222 + p * s
      p = -0.083333333 + p * s
      p = 0.5 + p * s
      let far = (a - 0.69314718) + logOnePlus(exponential(-2 * a))
      losses[i] = a < 0.5 ? s * p : far
    }
  }

  /// Writes tanh e of each element to `slopes`.
  public func writeSlopes(
    _ prediction: Span<Float>, _ target: Span<Float>, into slopes: inout MutableSpan<Float>
  ) {
    let n = slopes.count
    precondition(prediction.count == n && target.count == n)
    for i in 0..<n {
      let error = prediction[i] - target[i]
      let s = error * error
      var p: Float = 0.0035921280
      p = -0.0088632355 + p * s
      p = 0.021869489 + p * s
      p = -0.053968254 + p * s
      p = 0.13333333 + p * s
      p = -0.33333333 + p * s
      p = 1 + p * s
      let e = exponential(-2 * abs(error))
      let far = (1 - e) / (1 + e)
      slopes[i] = abs(error) < 0.5 ? error * p : error < 0 ? -far : far
    }
  }
}
