import Tensors

/// The mean over a sample's outputs of the distance from the target.
///
///     L = (1/K) Σⱼ |yⱼ − tⱼ|        ∂L/∂yⱼ = sign(yⱼ − tⱼ) / K
///
/// K is the number of outputs. The derivative at yⱼ = tⱼ is 0. Less moved by outliers than the squared
/// error; its minimum is the median. Keras and PyTorch (`L1Loss`) do the same.
public struct MeanAbsoluteError: ElementwiseObjective {
  /// The mean absolute error.
  public init() {}

  /// Writes |y − t| of each element to `losses`.
  public func writeLosses(
    _ prediction: Span<Float>, _ target: Span<Float>, into losses: inout MutableSpan<Float>
  ) {
    let n = losses.count
    precondition(prediction.count == n && target.count == n)
    for i in 0..<n { losses[i] = abs(prediction[i] - target[i]) }
  }

  /// Writes sign(y − t) of each element to `slopes`.
  public func writeSlopes(
    _ prediction: Span<Float>, _ target: Span<Float>, into slopes: inout MutableSpan<Float>
  ) {
    let n = slopes.count
    precondition(prediction.count == n && target.count == n)
    for i in 0..<n {
      let error = prediction[i] - target[i]
      slopes[i] = error > 0 ? 1 : error < 0 ? -1 : 0
    }
  }
}
