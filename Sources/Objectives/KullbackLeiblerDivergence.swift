import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How far the predicted distribution is from the target's: the cross-entropy less the target's own
/// entropy.
///
///     L = Σⱼ tⱼ ln(tⱼ / pⱼ)        ∂L/∂pⱼ = −tⱼ / pⱼ
///
/// t and p are clipped to [10⁻⁷, 1], as in Keras; where that changes p, the derivative is 0.
/// PyTorch's `KLDivLoss` reads logarithms of p and clips nothing.
///
/// Kullback, Leibler, "On information and sufficiency", 1951.
public struct KullbackLeiblerDivergence: ElementwiseObjective {
  /// One row per sample.
  public let targetForm = TargetForm.oneHot
  /// Rows that add up to 1.
  public let targetDomain = TargetDomain.distribution
  /// The softmax.
  public let usualActivation: FusedActivation? = .softmax
  /// The sum.
  public let outputs = OutputReduction.sum

  /// The divergence.
  public init() {}

  /// Writes t ln(t / p) of each element to `losses`.
  public func writeLosses(
    _ prediction: Span<Float>, _ target: Span<Float>, into losses: inout MutableSpan<Float>
  ) {
    for i in 0..<losses.count {
      let t = Double(Self.clip(target[i]))
      losses[i] = Float(t * log(t / Double(Self.clip(prediction[i]))))
    }
  }

  /// Writes −t / p of each element to `slopes`.
  public func writeSlopes(
    _ prediction: Span<Float>, _ target: Span<Float>, into slopes: inout MutableSpan<Float>
  ) {
    let n = slopes.count
    precondition(prediction.count == n && target.count == n)
    for i in 0..<n {
      let p = prediction[i]
      let slope = -Self.clip(target[i]) / p
      slopes[i] = p < ClippedProbability.least || p > 1 ? 0 : slope
    }
  }

  /// The probabilities that are clipped.
  public func clippedCount(prediction: Span<Float>, target: Span<Float>, width: Int) -> Int {
    var count = 0
    for i in 0..<prediction.count where Self.clip(prediction[i]) != prediction[i] { count += 1 }
    return count
  }

  @inline(__always)
  private static func clip(_ p: Float) -> Float {
    p < ClippedProbability.least ? ClippedProbability.least : p > 1 ? 1 : p
  }
}
