import Tensors

/// The mean over a sample's outputs of the squared distance from the right side's margin.
///
///     L = (1/K) Σⱼ max(1 − tⱼ yⱼ, 0)²        ∂L/∂yⱼ = −2 tⱼ max(1 − tⱼ yⱼ, 0) / K
///
/// t is −1 or 1, K the number of outputs; what was said of ``Hinge`` holds here.
public struct SquaredHinge: ElementwiseObjective {
  /// −1 or 1 per output.
  public let targetForm = TargetForm.signs
  /// No and yes.
  public let targetDomain = TargetDomain.signs

  /// The squared hinge.
  public init() {}

  /// Writes max(1 − t y, 0)² of each element to `losses`.
  public func writeLosses(
    _ prediction: Span<Float>, _ target: Span<Float>, into losses: inout MutableSpan<Float>
  ) {
    let n = losses.count
    precondition(prediction.count == n && target.count == n)
    for i in 0..<n {
      let gap = 1 - target[i] * prediction[i]
      losses[i] = gap < 0 ? 0 : gap * gap
    }
  }

  /// Writes −2 t max(1 − t y, 0) of each element to `slopes`.
  public func writeSlopes(
    _ prediction: Span<Float>, _ target: Span<Float>, into slopes: inout MutableSpan<Float>
  ) {
    let n = slopes.count
    precondition(prediction.count == n && target.count == n)
    for i in 0..<n {
      let gap = 1 - target[i] * prediction[i]
      slopes[i] = gap < 0 ? 0 : -2 * target[i] * gap
    }
  }
}
