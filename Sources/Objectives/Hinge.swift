import Tensors

/// The mean over a sample's outputs of how far each is from the right side's margin.
///
///     L = (1/K) Σⱼ max(1 − tⱼ yⱼ, 0)        ∂L/∂yⱼ = −tⱼ / K where tⱼ yⱼ < 1, else 0
///
/// t is −1 or 1, K the number of outputs; classes become −1 and 1. As in Keras, which looks into each
/// batch whether its targets are 0 and 1.
///
/// Cortes, Vapnik, "Support-vector networks", 1995.
public struct Hinge: ElementwiseObjective {
  /// −1 or 1 per output.
  public let targetForm = TargetForm.signs
  /// No and yes.
  public let targetDomain = TargetDomain.signs

  /// The hinge.
  public init() {}

  /// Writes max(1 − t y, 0) of each element to `losses`.
  public func writeLosses(
    _ prediction: Span<Float>, _ target: Span<Float>, into losses: inout MutableSpan<Float>
  ) {
    let n = losses.count
    precondition(prediction.count == n && target.count == n)
    for i in 0..<n {
      let gap = 1 - target[i] * prediction[i]
      losses[i] = gap < 0 ? 0 : gap
    }
  }

  /// Writes −t or 0 of each element to `slopes`.
  public func writeSlopes(
    _ prediction: Span<Float>, _ target: Span<Float>, into slopes: inout MutableSpan<Float>
  ) {
    let n = slopes.count
    precondition(prediction.count == n && target.count == n)
    for i in 0..<n { slopes[i] = target[i] * prediction[i] < 1 ? -target[i] : 0 }
  }
}
