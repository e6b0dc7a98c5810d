import Tensors

/// How often which class was answered where which was true.
///
///     Cᵣₐ = #{i : the class of sample i is r, the answer is a}
///
/// Rows are true classes, columns answers; the diagonal holds the right ones. A single output tells
/// two classes apart. A table, not a figure: told at the end of a run and by `evaluate`.
public struct ConfusionMatrix: Metric {
  private var answers = Answers.categorical
  private var outputs = 1

  /// `confusion_matrix`.
  public let name = "confusion_matrix"
  /// Whole numbers.
  public let isCounting = true
  /// A table is neither.
  public let largerIsBetter = false

  /// A matrix of the classes that there will be.
  public init() {}

  private var classes: Int { max(2, outputs) }

  /// The classes squared.
  public var sumCount: Int { classes * classes }

  /// True where the largest output is the answer.
  public var acceptsLogits: Bool { outputs > 1 }

  /// The matrix for so many outputs.
  public func judging(_ answers: Answers, outputs: Int) -> ConfusionMatrix {
    var other = self
    other.answers = answers
    other.outputs = outputs
    return other
  }

  /// Adds the counts of these samples to `sums`.
  ///
  /// - Precondition: `width` is the number of outputs.
  public func accumulate(
    prediction: Span<Float>, target: Span<Float>, width: Int, targetWidth: Int,
    into sums: inout MutableSpan<Double>
  ) {
    let rows = sampleCount(
      prediction: prediction, target: target, width: width, targetWidth: targetWidth)
    precondition(width == outputs, "\(width) outputs where \(outputs) are judged")
    for i in 0..<rows {
      let (truth, answer): (Int, Int)
      if width == 1 {
        truth = target[i] > answers.threshold ? 1 : 0
        answer = prediction[i] > answers.threshold ? 1 : 0
      } else {
        truth = ClassTargets.classNumber(i, of: target, targetWidth: targetWidth)
        answer = argMax(prediction.extracting(i &* width..<(i &+ 1) &* width))
      }
      sums[truth &* classes &+ answer] += 1
    }
  }

  /// The share of right answers, which the table shows on its diagonal.
  public func result(_ sums: Span<Double>) -> Double {
    var (right, all) = (0.0, 0.0)
    for r in 0..<classes {
      for a in 0..<classes {
        all += sums[r * classes + a]
        if r == a { right += sums[r * classes + a] }
      }
    }
    return right / all
  }

  /// The matrix, row by row.
  public func table(_ sums: Span<Double>) -> [[Int]]? {
    (0..<classes).map { r in (0..<classes).map { a in Int(sums[r * classes + a]) } }
  }
}
