import Tensors

/// The share of right answers.
///
///     categorical    (1/n) Σᵢ [argmaxⱼ yᵢⱼ = cᵢ]
///     binary         (1/nK) Σᵢⱼ [(yᵢⱼ > ½) = (tᵢⱼ > ½)]
///     sign           (1/nK) Σᵢⱼ [(yᵢⱼ > 0) = (tᵢⱼ > 0)]
///
/// Categorical: several outputs of which one is the class c; of equal outputs the first is the
/// answer. The order of the outputs alone counts, so logits serve as well. Binary: each of the K
/// outputs is the probability of a yes; sign: a number above 0 for a yes. The sums are the right
/// answers and all answers.
public struct Accuracy: Metric {
  /// How outputs are read as answers.
  public let kind: Answers
  /// `accuracy`.
  public let name = "accuracy"
  /// The right answers and all answers.
  public let sumCount = 2
  /// More right answers are better.
  public let largerIsBetter = true
  /// True of categorical answers: the softmax keeps the order.
  public var acceptsLogits: Bool { kind == .categorical }

  /// The accuracy of answers of one kind.
  public init(_ kind: Answers) { self.kind = kind }

  /// Whole numbers.
  public let isCounting = true

  /// The accuracy of answers of another kind.
  public func judging(_ answers: Answers, outputs: Int) -> Accuracy { Accuracy(answers) }

  /// Adds the right answers and all answers of these samples to `sums`.
  ///
  /// - Precondition: a binary target is as wide as its prediction.
  public func accumulate(
    prediction: Span<Float>, target: Span<Float>, width: Int, targetWidth: Int,
    into sums: inout MutableSpan<Double>
  ) {
    let rows = sampleCount(
      prediction: prediction, target: target, width: width, targetWidth: targetWidth)
    var right = 0
    switch kind {
    case .categorical:
      for i in 0..<rows {
        let answer = argMax(prediction.extracting(i &* width..<(i &+ 1) &* width))
        let truth = ClassTargets.classNumber(i, of: target, targetWidth: targetWidth)
        if answer == truth { right += 1 }
      }
      sums[1] += Double(rows)
    case .binary, .sign:
      precondition(targetWidth == width, "\(width) answers to \(targetWidth) questions")
      let threshold = kind.threshold
      for i in 0..<prediction.count
      where (prediction[i] > threshold) == (target[i] > threshold) { right += 1 }
      sums[1] += Double(prediction.count)
    }
    sums[0] += Double(right)
  }

  /// The share of right answers; NaN where there were none.
  public func result(_ sums: Span<Double>) -> Double { sums[0] / sums[1] }
}
