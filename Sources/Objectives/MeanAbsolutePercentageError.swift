import Tensors

/// The mean over a sample's outputs of the distance from the target in percent of the target.
///
///     L = (100/K) Σⱼ |yⱼ − tⱼ| / mⱼ        ∂L/∂yⱼ = 100 sign(yⱼ − tⱼ) / (K mⱼ)
///     mⱼ = max(|tⱼ|, 10⁻⁷)
///
/// K is the number of outputs. Targets near 0 are divided by 10⁻⁷, as in Keras, and then rule the sum.
/// The derivative at yⱼ = tⱼ is 0. PyTorch has no such objective.
public struct MeanAbsolutePercentageError: ElementwiseObjective {
  /// The least size of a target.
  private static let least: Float = 1e-7

  /// The mean absolute percentage error.
  public init() {}

  /// Writes 100 |y − t| / m of each element to `losses`.
  public func writeLosses(
    _ prediction: Span<Float>, _ target: Span<Float>, into losses: inout MutableSpan<Float>
  ) {
    let n = losses.count
    precondition(prediction.count == n && target.count == n)
    let least = Self.least
    for i in 0..<n {
      let size = abs(target[i])
      losses[i] = 100 * (abs(prediction[i] - target[i]) / (size < least ? least : size))
    }
  }

  /// Writes 100 sign(y − t) / m of each element to `slopes`.
  public func writeSlopes(
    _ prediction: Span<Float>, _ target: Span<Float>, into slopes: inout MutableSpan<Float>
  ) {
    let n = slopes.count
    precondition(prediction.count == n && target.count == n)
    let least = Self.least
    for i in 0..<n {
      let size = abs(target[i])
      let slope = 100 / (size < least ? least : size)
      let error = prediction[i] - target[i]
      slopes[i] = error > 0 ? slope : error < 0 ? -slope : 0
    }
  }

  /// The targets below 10⁻⁷.
  public func clippedCount(prediction: Span<Float>, target: Span<Float>, width: Int) -> Int {
    var count = 0
    for i in 0..<target.count where abs(target[i]) < Self.least { count += 1 }
    return count
  }
}
