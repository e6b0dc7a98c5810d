import Tensors

/// The mean over a sample's outputs of an error that is squared near the target and grows evenly far
/// from it.
///
///     ℓⱼ = ½ eⱼ² where |eⱼ| ≤ δ, else δ (|eⱼ| − ½ δ)        ∂ℓⱼ/∂yⱼ = eⱼ, kept within ±δ
///     L = (1/K) Σⱼ ℓⱼ        eⱼ = yⱼ − tⱼ
///
/// K is the number of outputs. Keras and PyTorch (`HuberLoss`) do the same.
///
/// Huber, "Robust estimation of a location parameter", 1964.
public struct Huber: ElementwiseObjective {
  /// δ, where the parabola ends.
  public var delta: Float

  /// The error with its parabola within ±`delta`.
  public init(delta: Float = 1) { self.delta = delta }

  /// Writes ℓ of each element to `losses`.
  public func writeLosses(
    _ prediction: Span<Float>, _ target: Span<Float>, into losses: inout MutableSpan<Float>
  ) {
    let n = losses.count
    precondition(prediction.count == n && target.count == n)
    for i in 0..<n {
      let size = abs(prediction[i] - target[i])
      losses[i] = size <= delta ? 0.5 * size * size : delta * (size - 0.5 * delta)
    }
  }

  /// Writes the error within ±δ of each element to `slopes`.
  public func writeSlopes(
    _ prediction: Span<Float>, _ target: Span<Float>, into slopes: inout MutableSpan<Float>
  ) {
    let n = slopes.count
    precondition(prediction.count == n && target.count == n)
    for i in 0..<n {
      let error = prediction[i] - target[i]
      slopes[i] = error > delta ? delta : error < -delta ? -delta : error
    }
  }
}
