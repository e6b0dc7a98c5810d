import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The cross-entropy of the classes' probabilities and a target distribution, one-hot as a rule.
///
///     L = −Σⱼ tⱼ ln pⱼ               ∂L/∂pⱼ = −tⱼ / pⱼ
///     L = T ln Σⱼ exp(xⱼ) − Σⱼ tⱼ xⱼ        ∂L/∂xⱼ = T softmax(x)ⱼ − tⱼ        T = Σⱼ tⱼ
///
/// The second line reads logits x, the inputs of the softmax. There the logarithm of the sum is taken
/// after the largest logit was subtracted, so nothing overflows and small probabilities keep their
/// digits; the gradient is the well-known difference. The first line reads probabilities p, clipped
/// to [10⁻⁷, 1 − 10⁻⁷]; where that changes p, the derivative is 0. Keras clips alike, but first
/// divides p by its sum, which changes nothing after a softmax save the derivative's part along p.
/// Smoothing by s replaces tⱼ by (1 − s)·tⱼ + s/K, K being the number of classes.
public struct CategoricalCrossEntropy: Objective {
  /// One row per sample.
  public let targetForm = TargetForm.oneHot
  /// Rows that add up to 1.
  public let targetDomain = TargetDomain.distribution
  /// The softmax.
  public let fusableActivation: FusedActivation? = .softmax
  /// Whether predictions are logits, not probabilities.
  public private(set) var readsLogits: Bool
  /// s, how far targets are moved towards equal shares.
  public var labelSmoothing: Float

  /// The cross-entropy of probabilities, or of logits.
  public init(readsLogits: Bool = false, labelSmoothing: Float = 0) {
    self.readsLogits = readsLogits
    self.labelSmoothing = labelSmoothing
  }

  /// The same cross-entropy, the softmax its own part.
  public func readingLogits() -> CategoricalCrossEntropy {
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
    var total = 0.0
    for i in 0..<rows {
      let x = Rows.row(i, of: prediction, width: width)
      let t = Rows.row(i, of: target, width: width)
      let loss =
        readsLogits
        ? loss(ofLogits: x, t, logSumExp: Softmax.logSumExp(x), mass: mass(of: t))
        : loss(ofProbabilities: x, t)
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
    guard readsLogits else {
      for i in 0..<rows {
        for j in i * width..<(i + 1) * width {
          let p = prediction[j]
          let t = smoothing.smoothed(target[j])
          gradient[j] = ClippedProbability.contains(p) ? -weights[i] * t / p : 0
        }
      }
      return value(prediction: prediction, target: target, weights: weights, width: width)
    }
    Softmax.numerators(of: prediction, width: width, into: &gradient)
    var total = 0.0
    for i in 0..<rows {
      let x = Rows.row(i, of: prediction, width: width)
      let t = Rows.row(i, of: target, width: width)
      let mass = mass(of: t)
      var row = gradient._mutatingExtracting(i &* width..<(i &+ 1) &* width)
      let s = laneSum(row.span)
      let logSum = Softmax.logSumExp(x, numeratorSum: s)
      total += Double(weights[i]) * loss(ofLogits: x, t, logSumExp: logSum, mass: mass)
      Softmax.finish(
        &row, numeratorSum: s, mass: Float(mass), target: t, smoothing, weight: weights[i])
    }
    return total
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

  /// T of the smoothed targets; the amount smoothed away comes back in equal shares.
  private func mass(of t: Span<Float>) -> Double {
    let mass = sum(t)
    guard labelSmoothing != 0 else { return mass }
    return mass * Double(1 - labelSmoothing) + Double(labelSmoothing)
  }

  private func loss(
    ofLogits x: Span<Float>, _ t: Span<Float>, logSumExp: Double, mass: Double
  ) -> Double {
    guard labelSmoothing != 0 else { return mass * logSumExp - dot(t, x) }
    let share = Double(labelSmoothing) / Double(x.count)
    return mass * logSumExp - (Double(1 - labelSmoothing) * dot(t, x) + share * sum(x))
  }

  private func loss(ofProbabilities p: Span<Float>, _ t: Span<Float>) -> Double {
    let smoothing = LabelSmoothing(labelSmoothing, answers: p.count)
    var loss = 0.0
    for j in 0..<p.count {
      let t = smoothing.smoothed(t[j])
      if t != 0 { loss -= Double(t) * log(ClippedProbability.clip(p[j])) }
    }
    return loss
  }
}
