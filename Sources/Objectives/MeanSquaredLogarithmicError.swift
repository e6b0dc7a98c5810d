import Tensors

/// The mean over a sample's outputs of the squared difference of logarithms: an error of ratios.
///
///     L = (1/K) Σⱼ dⱼ²        ∂L/∂yⱼ = 2 dⱼ / (K (1 + yⱼ))        dⱼ = ln(1 + yⱼ) − ln(1 + tⱼ)
///
/// K is the number of outputs; targets are at least 0. y and t below 10⁻⁷ count as 10⁻⁷, as in Keras,
/// and the derivative is 0 where that changes y. PyTorch has no such objective.
public struct MeanSquaredLogarithmicError: ElementwiseObjective {
  /// What smaller numbers count as.
  private static let least: Float = 1e-7

  /// Numbers of at least 0.
  public let targetDomain = TargetDomain.nonNegative

  /// The mean squared logarithmic error.
  public init() {}

  /// Writes d² of each element to `losses`.
  public func writeLosses(
    _ prediction: Span<Float>, _ target: Span<Float>, into losses: inout MutableSpan<Float>
  ) {
    let n = losses.count
    precondition(prediction.count == n && target.count == n)
    for i in 0..<n {
      let difference = Self.difference(prediction[i], target[i])
      losses[i] = difference * difference
    }
  }

  /// Writes 2 d / (1 + y) of each element to `slopes`.
  public func writeSlopes(
    _ prediction: Span<Float>, _ target: Span<Float>, into slopes: inout MutableSpan<Float>
  ) {
    let n = slopes.count
    precondition(prediction.count == n && target.count == n)
    let least = Self.least
    for i in 0..<n {
      let y = prediction[i]
      let slope = 2 * Self.difference(y, target[i]) / (1 + y)
      slopes[i] = y < least ? 0 : slope
    }
  }

  /// The predictions below 10⁻⁷.
  public func clippedCount(prediction: Span<Float>, target: Span<Float>, width: Int) -> Int {
    var count = 0
    for i in 0..<prediction.count where prediction[i] < Self.least { count += 1 }
    return count
  }

  /// ln((1 + y) / (1 + t)) as the logarithm of one ratio, so that near t it keeps its digits.
  @inline(__always)
  private static func difference(_ y: Float, _ t: Float) -> Float {
    let above = y < least ? least : y
    let below = t < least ? least : t
    let ratio = (above - below) / (1 + below)
    // ln(1 + r) = −ln(1 + r′) with r′ = −r / (1 + r): the argument stays at least 0.
    let inverse = (below - above) / (1 + above)
    return ratio >= 0 ? logOnePlus(ratio) : -logOnePlus(inverse)
  }
}
