import Tensors

/// Precision, recall, or their harmonic mean F₁, of each class and averaged over the classes.
///
///     precision  P = h / a        recall  R = h / t        F₁ = 2 h / (a + t)
///
/// Of a class, a is how often it was the answer, t how often the truth, and h how often both; 0/0
/// counts as 0. `macro` is the mean over the classes; where a sample has one answer, over those classes
/// that are the truth or the answer of some sample, as in scikit-learn. `micro` is the formula of the
/// sums over the classes, which for one answer per sample is the accuracy. Where each output is a
/// question of its own (``Answers/binary``, ``Answers/sign``), the classes are the outputs' yes: with a
/// single output the value is that of the yes, as in textbooks. Keras's `Precision` and `Recall` are the
/// micro form.
///
/// van Rijsbergen, "Information Retrieval", 1979, chapter 7.
public struct ClassScore: Metric {
  /// Which score.
  public enum Formula: String, Sendable {
    /// The share of right ones among the answers.
    case precision
    /// The share of found ones among the truths.
    case recall
    /// The harmonic mean of both.
    case f1
  }

  /// How the classes become one figure.
  public enum Average: String, CaseIterable, Sendable {
    /// The formula of the sums over the classes.
    case micro
    /// The mean over the classes.
    case macro
  }

  /// Which score.
  public let formula: Formula
  /// How the classes become one figure.
  public var average: Average
  private var answers = Answers.categorical
  private var outputs = 1

  /// Whole numbers.
  public let isCounting = true
  /// More right answers are better.
  public let largerIsBetter = true

  /// A score, averaged over the classes.
  public init(_ formula: Formula, average: Average = .macro) {
    self.formula = formula
    self.average = average
  }

  /// `precision`, `recall` or `f1`; with `_micro` behind it for that average.
  public var name: String { formula.rawValue + (average == .micro ? "_micro" : "") }

  /// h, a and t of each class.
  public var sumCount: Int { 3 * outputs }

  /// True where the largest output is the answer.
  public var acceptsLogits: Bool { answers == .categorical }

  /// The score of so many outputs.
  public func judging(_ answers: Answers, outputs: Int) -> ClassScore {
    var other = self
    other.answers = answers
    other.outputs = outputs
    return other
  }

  /// Adds h, a and t of these samples to `sums`.
  ///
  /// - Precondition: `width` is the number of outputs; targets of yes and no are as wide.
  public func accumulate(
    prediction: Span<Float>, target: Span<Float>, width: Int, targetWidth: Int,
    into sums: inout MutableSpan<Double>
  ) {
    let rows = sampleCount(
      prediction: prediction, target: target, width: width, targetWidth: targetWidth)
    precondition(width == outputs, "\(width) outputs where \(outputs) are judged")
    if answers == .categorical {
      for i in 0..<rows {
        let answer = argMax(prediction.extracting(i &* width..<(i &+ 1) &* width))
        let truth = ClassTargets.classNumber(i, of: target, targetWidth: targetWidth)
        sums[3 &* answer &+ 1] += 1
        sums[3 &* truth &+ 2] += 1
        if answer == truth { sums[3 &* answer] += 1 }
      }
      return
    }
    precondition(targetWidth == width, "\(width) answers to \(targetWidth) questions")
    let threshold = answers.threshold
    for i in 0..<prediction.count {
      let (isAnswer, isTruth) = (prediction[i] > threshold, target[i] > threshold)
      let place = 3 &* (i % width)
      if isAnswer && isTruth { sums[place] += 1 }
      if isAnswer { sums[place &+ 1] += 1 }
      if isTruth { sums[place &+ 2] += 1 }
    }
  }

  /// The score.
  public func result(_ sums: Span<Double>) -> Double {
    if average == .micro {
      var (right, answered, actual) = (0.0, 0.0, 0.0)
      for k in 0..<outputs {
        right += sums[3 * k]
        answered += sums[3 * k + 1]
        actual += sums[3 * k + 2]
      }
      return score(right, answered, actual)
    }
    var (total, scored) = (0.0, 0.0)
    for k in 0..<outputs {
      let (answered, actual) = (sums[3 * k + 1], sums[3 * k + 2])
      // Of one answer per sample, a class that is neither a truth nor an answer has no score.
      if answers == .categorical, answered + actual == 0 { continue }
      total += score(sums[3 * k], answered, actual)
      scored += 1
    }
    return scored > 0 ? total / scored : .nan
  }

  private func score(_ right: Double, _ answered: Double, _ actual: Double) -> Double {
    let (over, under) =
      switch formula {
      case .precision: (right, answered)
      case .recall: (right, actual)
      case .f1: (2 * right, answered + actual)
      }
    return under == 0 ? 0 : over / under
  }
}
