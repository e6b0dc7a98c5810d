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
public struct CategoricalCrossEntropy: Objective {
  /// One row per sample.
  public let targetForm = TargetForm.oneHot
  /// The softmax.
  public let fusableActivation: FusedActivation? = .softmax
  /// Whether predictions are logits, not probabilities.
  public let readsLogits: Bool

  /// The cross-entropy of probabilities, or of logits.
  public init(readsLogits: Bool = false) { self.readsLogits = readsLogits }

  /// The same cross-entropy, the softmax its own part.
  public func readingLogits() -> CategoricalCrossEntropy {
    CategoricalCrossEntropy(readsLogits: true)
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
      let loss = readsLogits ? sum(t) * Softmax.logSumExp(x) - dot(t, x) : lossOfProbabilities(x, t)
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
    guard readsLogits else {
      for i in 0..<rows {
        for j in i * width..<(i + 1) * width {
          let p = prediction[j]
          gradient[j] = ClippedProbability.contains(p) ? -weights[i] * target[j] / p : 0
        }
      }
      return value(prediction: prediction, target: target, weights: weights, width: width)
    }
    Softmax.numerators(of: prediction, width: width, into: &gradient)
    var total = 0.0
    for i in 0..<rows {
      let x = Rows.row(i, of: prediction, width: width)
      let t = Rows.row(i, of: target, width: width)
      let mass = sum(t)
      var row = gradient._mutatingExtracting(i &* width..<(i &+ 1) &* width)
      let s = laneSum(row.span)
      total += Double(weights[i]) * (mass * Softmax.logSumExp(x, numeratorSum: s) - dot(t, x))
      Softmax.finish(&row, numeratorSum: s, mass: Float(mass), target: t, weight: weights[i])
    }
    return total
  }

  private func lossOfProbabilities(_ p: Span<Float>, _ t: Span<Float>) -> Double {
    var loss = 0.0
    for j in 0..<p.count where t[j] != 0 {
      loss -= Double(t[j]) * log(ClippedProbability.clip(p[j]))
    }
    return loss
  }
}
