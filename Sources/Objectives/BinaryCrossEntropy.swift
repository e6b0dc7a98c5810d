import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The cross-entropy of yes and no: the mean over a sample's outputs, or their sum.
///
///     ℓⱼ = −tⱼ ln pⱼ − (1 − tⱼ) ln(1 − pⱼ)        ∂ℓⱼ/∂pⱼ = (pⱼ − tⱼ) / (pⱼ (1 − pⱼ))
///     ℓⱼ = max(xⱼ, 0) − tⱼ xⱼ + ln(1 + exp(−|xⱼ|))        ∂ℓⱼ/∂xⱼ = σ(xⱼ) − tⱼ
///     L = (1/K) Σⱼ ℓⱼ        or        L = Σⱼ ℓⱼ
///
/// t is 0, 1 or between, K the number of outputs. The second line reads logits x, the inputs of the
/// sigmoid σ, and never takes the exponential of a positive number. The first reads probabilities p,
/// clipped to [10⁻⁷, 1 − 10⁻⁷] with the derivative 0 where that changes p. Smoothing by s replaces
/// t by (1 − s)·t + s/2. As in Keras, which has the mean alone; PyTorch clips the logarithm at −100
/// instead.
public struct BinaryCrossEntropy: ElementwiseObjective {
  /// A probability per output.
  public let targetDomain = TargetDomain.unit
  /// The sigmoid.
  public let fusableActivation: FusedActivation? = .sigmoid
  /// Whether predictions are logits, not probabilities.
  public private(set) var readsLogits: Bool
  /// Whether the losses of the outputs are averaged or added.
  public var outputs: OutputReduction
  /// s, how far targets are moved towards ½.
  public var labelSmoothing: Float

  /// The cross-entropy of probabilities, or of logits.
  public init(
    readsLogits: Bool = false, outputs: OutputReduction = .mean, labelSmoothing: Float = 0
  ) {
    self.readsLogits = readsLogits
    self.outputs = outputs
    self.labelSmoothing = labelSmoothing
  }

  /// The same cross-entropy, the sigmoid its own part.
  public func readingLogits() -> BinaryCrossEntropy {
    var other = self
    other.readsLogits = true
    return other
  }

  /// Writes ℓ of each element to `losses`.
  public func writeLosses(
    _ prediction: Span<Float>, _ target: Span<Float>, into losses: inout MutableSpan<Float>
  ) {
    let smoothing = LabelSmoothing(labelSmoothing, answers: 2)
    if readsLogits { return Sigmoid.writeLosses(prediction, target, smoothing, into: &losses) }
    for i in 0..<losses.count {
      let p = ClippedProbability.clip(prediction[i])
      let t = Double(smoothing.smoothed(target[i]))
      losses[i] = Float(-t * log(p) - (1 - t) * log1p(-p))
    }
  }

  /// Writes ∂ℓ/∂p or ∂ℓ/∂x of each element to `slopes`.
  public func writeSlopes(
    _ prediction: Span<Float>, _ target: Span<Float>, into slopes: inout MutableSpan<Float>
  ) {
    let smoothing = LabelSmoothing(labelSmoothing, answers: 2)
    if readsLogits { return Sigmoid.writeSlopes(prediction, target, smoothing, into: &slopes) }
    for i in 0..<slopes.count {
      let (p, t) = (prediction[i], smoothing.smoothed(target[i]))
      slopes[i] = ClippedProbability.contains(p) ? (p - t) / (p * (1 - p)) : 0
    }
  }

  /// The probabilities that are clipped.
  public func clippedCount(prediction: Span<Float>, target: Span<Float>, width: Int) -> Int {
    readsLogits ? 0 : ClippedProbability.count(in: prediction)
  }
}
