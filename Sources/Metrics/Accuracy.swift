import Tensors

/// The share of right answers.
///
///     categorical    (1/n) Σᵢ [argmaxⱼ yᵢⱼ = cᵢ]
///     binary         (1/nK) Σᵢⱼ [(yᵢⱼ > ½) = (tᵢⱼ > ½)]
///
/// Categorical: several outputs of which one is the class c; of equal outputs the first is the
/// answer. The order of the outputs alone counts, so logits serve as well. Binary: each of the K
/// outputs is the probability of a yes. The sums are the right answers and all answers.
public struct Accuracy: Metric {
  /// How outputs are read as answers.
  public enum Kind: Sendable {
    /// The largest output is the answer.
    case categorical
    /// Each output is an answer: yes above ½.
    case binary
  }

  /// How outputs are read as answers.
  public let kind: Kind
  /// `accuracy`.
  public let name = "accuracy"
  /// The right answers and all answers.
  public let sumCount = 2
  /// More right answers are better.
  public let largerIsBetter = true
  /// True of categorical answers: the softmax keeps the order.
  public var acceptsLogits: Bool { kind == .categorical }

  /// The accuracy of answers of one kind.
  public init(_ kind: Kind) { self.kind = kind }

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
    case .binary:
      precondition(targetWidth == width, "\(width) answers to \(targetWidth) questions")
      for i in 0..<prediction.count where (prediction[i] > 0.5) == (target[i] > 0.5) { right += 1 }
      sums[1] += Double(prediction.count)
    }
    sums[0] += Double(right)
  }

  /// The share of right answers; NaN where there were none.
  public func result(_ sums: Span<Double>) -> Double { sums[0] / sums[1] }
}
