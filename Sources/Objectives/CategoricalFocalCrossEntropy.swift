import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A categorical cross-entropy that counts what is right already for less.
///
///     L = −α Σⱼ tⱼ (1 − pⱼ)^γ ln pⱼ
///     ∂L/∂pⱼ = gⱼ / pⱼ        gⱼ = α tⱼ (γ pⱼ (1 − pⱼ)^(γ−1) ln pⱼ − (1 − pⱼ)^γ)
///     ∂L/∂xⱼ = gⱼ − pⱼ Σₖ gₖ
///
/// The last line reads logits x, p = softmax(x), whose logarithms are taken as in the
/// ``CategoricalCrossEntropy``. Probabilities are clipped to [10⁻⁷, 1 − 10⁻⁷] with the derivative 0
/// where that changes p. Smoothing by s replaces tⱼ by (1 − s)·tⱼ + s/K. As in Keras, which first
/// divides p by its sum.
///
/// Lin, Goyal, Girshick, He, Dollár, "Focal loss for dense object detection", 2017.
public struct CategoricalFocalCrossEntropy: Objective {
  /// One row per sample.
  public let targetForm = TargetForm.oneHot
  /// Rows that add up to 1.
  public let targetDomain = TargetDomain.distribution
  /// The softmax.
  public let fusableActivation: FusedActivation? = .softmax
  /// γ, how much less what is right counts.
  public var gamma: Float
  /// α, a factor of all.
  public var alpha: Float
  /// s, how far targets are moved towards equal shares.
  public var labelSmoothing: Float
  /// Whether predictions are logits, not probabilities.
  public private(set) var readsLogits: Bool

  /// The focal cross-entropy of probabilities, or of logits.
  public init(
    gamma: Float = 2, alpha: Float = 0.25, labelSmoothing: Float = 0, readsLogits: Bool = false
  ) {
    self.gamma = gamma
    self.alpha = alpha
    self.labelSmoothing = labelSmoothing
    self.readsLogits = readsLogits
  }

  /// The same, the softmax its own part.
  public func readingLogits() -> CategoricalFocalCrossEntropy {
    var other = self
    other.readsLogits = true
    return other
  }

  /// The sum Σᵢ wᵢ·Lᵢ over the samples.
  public func value(
    prediction: Span<Float>, target: Span<Float>, weights: Span<Float>, width: Int
  ) -> Double {
    let rows = Rows.count(
      prediction: prediction, target: target, weights: weights, width: width, targetWidth: width)
    let smoothing = LabelSmoothing(labelSmoothing, answers: width)
    var total = 0.0
    for i in 0..<rows {
      let x = Rows.row(i, of: prediction, width: width)
      let t = Rows.row(i, of: target, width: width)
      let logSum = readsLogits ? Softmax.logSumExp(x) : 0
      var loss = 0.0
      for j in 0..<width {
        let (_, rest, logarithm) = terms(x[j], logSum)
        loss -= Double(alpha * smoothing.smoothed(t[j])) * pow(rest, Double(gamma)) * logarithm
      }
      total += Double(weights[i]) * loss
    }
    return total
  }

  /// The same sum; writes its derivative by each prediction to `gradient`.
  public func valueAndGradient(
    prediction: Span<Float>, target: Span<Float>, weights: Span<Float>, width: Int,
    gradient: inout MutableSpan<Float>
  ) -> Double {
    let rows = Rows.count(
      prediction: prediction, target: target, weights: weights, width: width, targetWidth: width)
    precondition(gradient.count == prediction.count)
    let smoothing = LabelSmoothing(labelSmoothing, answers: width)
    for i in 0..<rows {
      let x = Rows.row(i, of: prediction, width: width)
      let t = Rows.row(i, of: target, width: width)
      let logSum = readsLogits ? Softmax.logSumExp(x) : 0
      let start = i &* width
      let weight = Double(weights[i])
      var sum = 0.0
      for j in 0..<width {
        let (p, rest, logarithm) = terms(x[j], logSum)
        let scale = weight * Double(alpha * smoothing.smoothed(t[j]))
        let g = scale * slope(p, rest, logarithm)
        sum += g
        let byProbability = ClippedProbability.contains(x[j]) ? g / p : 0
        gradient[start + j] = Float(readsLogits ? g : byProbability)
      }
      guard readsLogits else { continue }
      for j in 0..<width { gradient[start + j] -= Float(terms(x[j], logSum).p * sum) }
    }
    return value(prediction: prediction, target: target, weights: weights, width: width)
  }

  /// The probabilities that are clipped where the target is not 0.
  public func clippedCount(prediction: Span<Float>, target: Span<Float>, width: Int) -> Int {
    if readsLogits { return 0 }
    let smoothing = LabelSmoothing(labelSmoothing, answers: width)
    var count = 0
    for i in 0..<prediction.count
    where smoothing.smoothed(target[i]) != 0 && !ClippedProbability.contains(prediction[i]) {
      count += 1
    }
    return count
  }

  /// p, 1 − p and ln p of one output.
  private func terms(
    _ value: Float, _ logSum: Double
  ) -> (p: Double, rest: Double, logarithm: Double) {
    if readsLogits {
      let logarithm = Double(value) - logSum
      // Rounding must not make a probability exceed 1; NaN stays NaN.
      let bounded = logarithm > 0 ? 0 : logarithm
      return (exp(bounded), -expm1(bounded), bounded)
    }
    let p = ClippedProbability.clip(value)
    return (p, 1 - p, log(p))
  }

  /// γ p (1 − p)^(γ−1) ln p − (1 − p)^γ; 0 where p is 1 and nothing is left to be learnt.
  private func slope(_ p: Double, _ rest: Double, _ logarithm: Double) -> Double {
    let gamma = Double(gamma)
    if rest <= 0 { return gamma == 0 ? -1 : 0 }
    let power = pow(rest, gamma)
    return gamma * p * power / rest * logarithm - power
  }
}
