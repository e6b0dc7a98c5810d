import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The cross-entropy of the classes' probabilities where the target is the number of the class.
///
///     L = −ln p_c                        ∂L/∂pⱼ = −[j = c] / p_c
///     L = ln Σⱼ exp(xⱼ) − x_c            ∂L/∂xⱼ = softmax(x)ⱼ − [j = c]
///
/// c is the class. The second line reads logits x, the inputs of the softmax; the first reads
/// probabilities p, clipped to [10⁻⁷, 1 − 10⁻⁷] with the derivative 0 where that changes p. What was
/// said of ``CategoricalCrossEntropy`` holds here.
public struct SparseCategoricalCrossEntropy: Objective {
  /// The number of the class.
  public let targetForm = TargetForm.classIndex
  /// All of one class.
  public let targetDomain = TargetDomain.distribution
  /// The softmax.
  public let fusableActivation: FusedActivation? = .softmax
  /// Whether predictions are logits, not probabilities.
  public let readsLogits: Bool

  /// The cross-entropy of probabilities, or of logits.
  public init(readsLogits: Bool = false) { self.readsLogits = readsLogits }

  /// The same cross-entropy, the softmax its own part.
  public func readingLogits() -> SparseCategoricalCrossEntropy {
    SparseCategoricalCrossEntropy(readsLogits: true)
  }

  /// The sum Σᵢ wᵢ·Lᵢ over the samples.
  public func value(
    prediction: Span<Float>, target: Span<Float>, weights: Span<Float>, width: Int
  ) -> Double {
    let rows = Rows.count(
      prediction: prediction, target: target, weights: weights, width: width, targetWidth: 1)
    var total = 0.0
    for i in 0..<rows {
      let x = Rows.row(i, of: prediction, width: width)
      let c = Rows.classNumber(i, of: target, width: width)
      let loss =
        readsLogits ? Softmax.logSumExp(x) - Double(x[c]) : -log(ClippedProbability.clip(x[c]))
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
      prediction: prediction, target: target, weights: weights, width: width, targetWidth: 1)
    precondition(gradient.count == prediction.count)
    guard readsLogits else {
      fill(&gradient, with: 0)
      for i in 0..<rows {
        let place = i * width + Rows.classNumber(i, of: target, width: width)
        let p = prediction[place]
        if ClippedProbability.contains(p) { gradient[place] = -weights[i] / p }
      }
      return value(prediction: prediction, target: target, weights: weights, width: width)
    }
    Softmax.numerators(of: prediction, width: width, into: &gradient)
    var total = 0.0
    for i in 0..<rows {
      let x = Rows.row(i, of: prediction, width: width)
      let c = Rows.classNumber(i, of: target, width: width)
      var row = gradient._mutatingExtracting(i &* width..<(i &+ 1) &* width)
      let s = laneSum(row.span)
      total += Double(weights[i]) * (Softmax.logSumExp(x, numeratorSum: s) - Double(x[c]))
      scale(&row, by: weights[i] / s)
      row[c] -= weights[i]
    }
    return total
  }

  /// The probabilities of true classes that are clipped.
  public func clippedCount(prediction: Span<Float>, target: Span<Float>, width: Int) -> Int {
    if readsLogits { return 0 }
    var count = 0
    for i in 0..<target.count {
      let c = Rows.classNumber(i, of: target, width: width)
      if !ClippedProbability.contains(prediction[i &* width &+ c]) { count += 1 }
    }
    return count
  }
}
