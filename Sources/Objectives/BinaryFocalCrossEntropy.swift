import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The mean over a sample's outputs of a binary cross-entropy that counts what is right already for
/// less.
///
///     ℓⱼ = a (1 − qⱼ)^γ bⱼ        qⱼ = tⱼ pⱼ + (1 − tⱼ)(1 − pⱼ)
///     bⱼ = −tⱼ ln pⱼ − (1 − tⱼ) ln(1 − pⱼ)        a = α tⱼ + (1 − α)(1 − tⱼ), or 1 without α
///     ∂ℓⱼ/∂xⱼ = a ((1 − qⱼ)^γ (pⱼ − tⱼ) + γ (1 − qⱼ)^(γ−1) (1 − 2tⱼ) pⱼ (1 − pⱼ) bⱼ)
///
/// q is the probability of the truth; with γ = 0 and no α it is the ``BinaryCrossEntropy``. The last
/// line reads logits x, p = σ(x); by a probability the derivative is that over p (1 − p). Within the
/// logarithms p is clipped to [10⁻⁷, 1 − 10⁻⁷]; where that changes p, b has the derivative 0.
/// Smoothing by s replaces t by (1 − s)·t + s/2. As in Keras, whose `apply_class_balancing` is to give
/// α here.
///
/// Lin, Goyal, Girshick, He, Dollár, "Focal loss for dense object detection", 2017.
public struct BinaryFocalCrossEntropy: ElementwiseObjective {
  /// A probability per output.
  public let targetDomain = TargetDomain.unit
  /// The sigmoid.
  public let fusableActivation: FusedActivation? = .sigmoid
  /// γ, how much less what is right counts.
  public var gamma: Float
  /// α, the weight of a yes where that of a no is 1 − α; nil for equal weights.
  public var alpha: Float?
  /// s, how far targets are moved towards ½.
  public var labelSmoothing: Float
  /// Whether predictions are logits, not probabilities.
  public private(set) var readsLogits: Bool

  /// The focal cross-entropy of probabilities, or of logits.
  public init(
    gamma: Float = 2, alpha: Float? = nil, labelSmoothing: Float = 0, readsLogits: Bool = false
  ) {
    self.gamma = gamma
    self.alpha = alpha
    self.labelSmoothing = labelSmoothing
    self.readsLogits = readsLogits
  }

  /// The same, the sigmoid its own part.
  public func readingLogits() -> BinaryFocalCrossEntropy {
    var other = self
    other.readsLogits = true
    return other
  }

  /// Writes ℓ of each element to `losses`.
  public func writeLosses(
    _ prediction: Span<Float>, _ target: Span<Float>, into losses: inout MutableSpan<Float>
  ) {
    let smoothing = LabelSmoothing(labelSmoothing, answers: 2)
    for i in 0..<losses.count {
      let t = Double(smoothing.smoothed(target[i]))
      let (p, entropy) = terms(prediction[i], t)
      losses[i] = Float(balance(t) * pow(p + t - 2 * t * p, Double(gamma)) * entropy)
    }
  }

  /// Writes ∂ℓ/∂p or ∂ℓ/∂x of each element to `slopes`.
  public func writeSlopes(
    _ prediction: Span<Float>, _ target: Span<Float>, into slopes: inout MutableSpan<Float>
  ) {
    let smoothing = LabelSmoothing(labelSmoothing, answers: 2)
    let gamma = Double(gamma)
    for i in 0..<slopes.count {
      let t = Double(smoothing.smoothed(target[i]))
      let (p, entropy) = terms(prediction[i], t)
      // 1 − q; where it is 0 its powers are not needed, since nothing is left to be learnt.
      let rest = p + t - 2 * t * p
      let spread = readsLogits ? p * (1 - p) : 1
      let ofEntropy =
        readsLogits
        ? p - t : ClippedProbability.contains(prediction[i]) ? (p - t) / (p * (1 - p)) : 0
      let ofFactor = rest > 0 ? gamma * pow(rest, gamma - 1) * (1 - 2 * t) * spread * entropy : 0
      slopes[i] = Float(balance(t) * (pow(rest, gamma) * ofEntropy + ofFactor))
    }
  }

  /// The probabilities that are clipped.
  public func clippedCount(prediction: Span<Float>, target: Span<Float>, width: Int) -> Int {
    readsLogits ? 0 : ClippedProbability.count(in: prediction)
  }

  /// p and b of one output.
  private func terms(_ value: Float, _ t: Double) -> (p: Double, entropy: Double) {
    guard readsLogits else {
      let p = ClippedProbability.clip(value)
      return (Double(value), -t * log(p) - (1 - t) * log1p(-p))
    }
    let x = Double(value)
    let e = exp(-abs(x))
    return ((x >= 0 ? 1 : e) / (1 + e), max(x, 0) - t * x + log1p(e))
  }

  private func balance(_ t: Double) -> Double {
    guard let alpha else { return 1 }
    return Double(alpha) * t + (1 - Double(alpha)) * (1 - t)
  }
}
