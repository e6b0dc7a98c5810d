import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The mean over a sample's outputs of the cross-entropy of yes and no.
///
///     ℓⱼ = −tⱼ ln pⱼ − (1 − tⱼ) ln(1 − pⱼ)        ∂ℓⱼ/∂pⱼ = (pⱼ − tⱼ) / (pⱼ (1 − pⱼ))
///     ℓⱼ = max(xⱼ, 0) − tⱼ xⱼ + ln(1 + exp(−|xⱼ|))        ∂ℓⱼ/∂xⱼ = σ(xⱼ) − tⱼ
///     L = (1/K) Σⱼ ℓⱼ
///
/// t is 0, 1 or between, K the number of outputs. The second line reads logits x, the inputs of the
/// sigmoid σ, and never takes the exponential of a positive number. The first reads probabilities p,
/// clipped to [10⁻⁷, 1 − 10⁻⁷] with the derivative 0 where that changes p. As in Keras; PyTorch clips
/// the logarithm at −100 instead.
public struct BinaryCrossEntropy: Objective {
  /// Numbers: one of 0 and 1 per output.
  public let targetForm = TargetForm.values
  /// The sigmoid.
  public let fusableActivation: FusedActivation? = .sigmoid
  /// Whether predictions are logits, not probabilities.
  public let readsLogits: Bool

  /// The cross-entropy of probabilities, or of logits.
  public init(readsLogits: Bool = false) { self.readsLogits = readsLogits }

  /// The same cross-entropy, the sigmoid its own part.
  public func readingLogits() -> BinaryCrossEntropy { BinaryCrossEntropy(readsLogits: true) }

  /// The sum Σᵢ wᵢ·Lᵢ over the samples.
  public func value(
    prediction: Span<Float>, target: Span<Float>, weights: Span<Float>, width: Int
  ) -> Double {
    let rows = Rows.count(
      prediction: prediction, target: target, weights: weights, width: width, targetWidth: width)
    var total = 0.0
    for i in 0..<rows {
      var loss = 0.0
      for j in i * width..<(i + 1) * width {
        loss +=
          readsLogits
          ? Double(Sigmoid.loss(prediction[j], target[j]))
          : lossOfProbability(prediction[j], Double(target[j]))
      }
      total += Double(weights[i]) * (loss / Double(width))
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
          let (p, t) = (prediction[j], target[j])
          let slope = ClippedProbability.contains(p) ? (p - t) / (p * (1 - p)) : 0
          gradient[j] = weights[i] / Float(width) * slope
        }
      }
      return value(prediction: prediction, target: target, weights: weights, width: width)
    }
    // The losses borrow the gradient's room, so that their exponentials vectorize.
    Sigmoid.writeLosses(prediction, target, into: &gradient)
    var total = 0.0
    for i in 0..<rows {
      var loss = 0.0
      for j in i &* width..<(i &+ 1) &* width { loss += Double(gradient[j]) }
      total += Double(weights[i]) * (loss / Double(width))
    }
    Sigmoid.writeSlopes(prediction, target, into: &gradient)
    for i in 0..<rows {
      let factor = weights[i] / Float(width)
      for j in i &* width..<(i &+ 1) &* width { gradient[j] *= factor }
    }
    return total
  }

  private func lossOfProbability(_ p: Float, _ t: Double) -> Double {
    let p = ClippedProbability.clip(p)
    return -t * log(p) - (1 - t) * log1p(-p)
  }
}
