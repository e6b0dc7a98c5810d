import Metrics
import Tensors
import Testing
import _TestSupport
import _TestSupport

/// Metrics by hand: what each counts, and the cases that are easy to get wrong.
struct MetricTests {
  static func result(
    _ metric: any Metric, _ prediction: [Float], _ target: [Float], width: Int, targetWidth: Int,
    cutAt cut: Int? = nil
  ) -> Double {
    metric.result(
      sums(metric, prediction, target, width: width, targetWidth: targetWidth, cutAt: cut).span)
  }

  static func sums(
    _ metric: any Metric, _ prediction: [Float], _ target: [Float], width: Int, targetWidth: Int,
    cutAt cut: Int? = nil
  ) -> [Double] {
    // One call or two: sums add up.
    var sums = [Double](repeating: 0, count: metric.sumCount)
    let rows = prediction.count / width
    for part in [0..<(cut ?? 0), (cut ?? 0)..<rows] {
      let p = FloatStorage(Array(prediction[part.lowerBound * width..<part.upperBound * width]))
      let t = FloatStorage(
        Array(target[part.lowerBound * targetWidth..<part.upperBound * targetWidth]))
      var span = sums.mutableSpan
      metric.accumulate(
        prediction: p.span, target: t.span, width: width, targetWidth: targetWidth, into: &span)
    }
    return sums
  }

  @Test func categoricalAnswers() {
    let accuracy = Accuracy(.categorical)
    let prediction: [Float] = [0.1, 0.9, 0.5, 0.5, -3, -4, 0, 1]
    #expect(Self.result(accuracy, prediction, [1, 0, 1, 1], width: 2, targetWidth: 1) == 0.75)
    let oneHot: [Float] = [0, 1, 1, 0, 0, 1, 0, 1]
    #expect(Self.result(accuracy, prediction, oneHot, width: 2, targetWidth: 2) == 0.75)
    #expect(accuracy.acceptsLogits && accuracy.largerIsBetter)
  }

  @Test("the cross-entropy in bits, of class numbers and of one-hot rows")
  func bitsPerCharacter() {
    let metric = BitsPerCharacter()
    let prediction: [Float] = [0.25, 0.25, 0.5, 0.125, 0.75, 0.125]
    #expect(Self.result(metric, prediction, [2, 0], width: 3, targetWidth: 1, cutAt: 1) == 2)
    let oneHot: [Float] = [0, 1, 0, 0, 0, 1]
    #expect(Self.result(metric, prediction, oneHot, width: 3, targetWidth: 3) == 2.5)
    let even = [Float](repeating: 1 / 64, count: 64)
    #expect(Self.result(metric, even, [63], width: 64, targetWidth: 1) == 6)
    // −log₂ 10⁻⁷
    let wrong = Self.result(metric, [1, 0], [1], width: 2, targetWidth: 1)
    #expect(abs(wrong - 23.253_496_664) < 1e-6)
    #expect(Self.result(metric, [.nan, 0], [0], width: 2, targetWidth: 1).isNaN)
    #expect(!metric.acceptsLogits && !metric.largerIsBetter)
    // (20 + 40 + 0 + 10)/4 nats and what softmax adds: logits ±20·x, of which the cross-entropy is not clipped.
    let logits = [1, 2, -1, 0.5].flatMap { [Float(20 * $0), Float(-20 * $0)] }
    let byLogits = Self.result(
      BitsPerCharacter(readsLogits: true), logits, [1, 1, 0, 0], width: 2, targetWidth: 1)
    #expect(abs(byLogits - 57.707_801_635_559) < 1e-9)
  }

  @Test func binaryAnswers() {
    let accuracy = Accuracy(.binary)
    let prediction: [Float] = [0.4, 0.6, 0.5, 0.51]
    #expect(Self.result(accuracy, prediction, [0, 1, 1, 0], width: 1, targetWidth: 1) == 0.5)
    #expect(Self.result(accuracy, prediction, [0, 1, 0, 0], width: 2, targetWidth: 2) == 0.75)
    #expect(!accuracy.acceptsLogits)
  }

  @Test func theLargestKWithTiesInOrder() {
    let row: [Float] = [3, 1, 3, 2]
    func hits(_ k: Int, _ truth: Float) -> Double {
      Self.result(TopKAccuracy(k: k), row, [truth], width: 4, targetWidth: 1)
    }
    #expect(hits(1, 0) == 1 && hits(1, 2) == 0 && hits(2, 2) == 1)
    #expect(hits(2, 3) == 0 && hits(3, 3) == 1 && hits(3, 1) == 0 && hits(4, 1) == 1)
    #expect(hits(9, 1) == 1)
  }

  @Test func notANumberIsNoHit() {
    let row: [Float] = [.nan, .nan, .nan]
    #expect(Self.result(TopKAccuracy(k: 2), row, [1], width: 3, targetWidth: 1) == 0)
    #expect(Self.result(MeanAbsoluteError(), row, row, width: 3, targetWidth: 3).isNaN)
    #expect(Self.result(RootMeanSquaredError(), row, row, width: 3, targetWidth: 3).isNaN)
  }

  @Test func distances() {
    let (y, t): ([Float], [Float]) = ([1, 2, 3, 4], [1, 4, 3, 0])
    #expect(Self.result(MeanAbsoluteError(), y, t, width: 2, targetWidth: 2) == 1.5)
    #expect(Self.result(RootMeanSquaredError(), y, t, width: 2, targetWidth: 2) == 5.0.squareRoot())
    #expect(!MeanAbsoluteError().largerIsBetter && !RootMeanSquaredError().acceptsLogits)
  }

  @Test func signsAreAnswers() {
    let accuracy = Accuracy(.categorical).judging(.sign, outputs: 1)
    let prediction: [Float] = [0.4, -0.1, 3, -2]
    #expect(Self.result(accuracy, prediction, [1, -1, -1, -1], width: 1, targetWidth: 1) == 0.75)
    let recall = ClassScore(.recall).judging(.sign, outputs: 1)
    #expect(Self.result(recall, prediction, [1, 1, -1, -1], width: 1, targetWidth: 1) == 0.5)
  }

  @Test func scoresByHand() {
    // Answers 0 0 1 1 1 2, truths 0 1 1 1 2 2.
    let answers = [0, 0, 1, 1, 1, 2]
    let prediction = answers.flatMap { answer in (0..<3).map { Float($0 == answer ? 1 : 0) } }
    let truths: [Float] = [0, 1, 1, 1, 2, 2]
    func score(_ formula: ClassScore.Formula, _ average: ClassScore.Average = .macro) -> Double {
      let metric = ClassScore(formula, average: average).judging(.categorical, outputs: 3)
      return Self.result(metric, prediction, truths, width: 3, targetWidth: 1)
    }
    #expect(abs(score(.precision) - (1 / 2.0 + 2 / 3.0 + 1) / 3) < 1e-15)
    #expect(abs(score(.recall) - (1 + 2 / 3.0 + 1 / 2.0) / 3) < 1e-15)
    #expect(abs(score(.f1) - (2 / 3.0 + 4 / 6.0 + 2 / 3.0) / 3) < 1e-15)
    for formula in [ClassScore.Formula.precision, .recall, .f1] {
      #expect(score(formula, .micro) == 4 / 6.0)
    }
    let matrix = ConfusionMatrix().judging(.categorical, outputs: 3)
    let sums = Self.sums(matrix, prediction, truths, width: 3, targetWidth: 1)
    #expect(matrix.table(sums.span) == [[1, 0, 0], [1, 2, 0], [0, 1, 1]])
    #expect(matrix.result(sums.span) == 4 / 6.0)
  }

  @Test func aClassThatNobodyAnswersScoresNothing() {
    let metric = ClassScore(.precision).judging(.categorical, outputs: 2)
    #expect(Self.result(metric, [1, 0, 1, 0], [0, 1], width: 2, targetWidth: 1) == 0.25)
  }

  @Test func aSingleOutputTellsTwoClassesApart() {
    for (answers, prediction, target) in [
      (Answers.binary, [0.2, 0.9, 0.6, 0.4], [0, 1, 0, 1]),
      (.sign, [-0.2, 0.9, 0.1, -0.4], [-1, 1, -1, 1]),
    ] as [(Answers, [Float], [Float])] {
      let matrix = ConfusionMatrix().judging(answers, outputs: 1)
      let sums = Self.sums(matrix, prediction, target, width: 1, targetWidth: 1)
      #expect(matrix.table(sums.span) == [[1, 1], [1, 1]])
    }
  }

  @Test func areasAtTheEnds() {
    let auc = AreaUnderCurve().judging(.binary, outputs: 1)
    func area(_ prediction: [Float], _ target: [Float]) -> Double {
      Self.result(auc, prediction, target, width: 1, targetWidth: 1)
    }
    #expect(area([0, 0.2, 0.8, 1], [0, 0, 1, 1]) == 1)
    #expect(area([0, 0.2, 0.8, 1], [1, 1, 0, 0]) == 0)
    #expect(area([0.5, 0.5, 0.5, 0.5], [1, 1, 0, 0]) == 0.5)
    #expect(area([0.1, 0.2], [1, 1]).isNaN, "one class alone")
    #expect(area([.nan, 0.2], [1, 0]) == 0)
    // Of two outputs the one whose class everybody has counts for nothing.
    let two = AreaUnderCurve().judging(.categorical, outputs: 2)
    #expect(
      Self.result(two, [0.1, 1, 0.9, 1], [0, 1, 1, 1], width: 2, targetWidth: 2) == 1)
  }

  @Test func explainedVarianceFarFromZero() {
    let targets = (0..<100).map { Float(1 << 22) + Float($0 % 7) }
    let predictions = targets.map { $0 + 1 }
    let mean = targets.reduce(0.0) { $0 + Double($1) } / 100
    let variation = targets.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
    let metric = RSquared().judging(.categorical, outputs: 1).centered(at: targets.span)
    let found = Self.result(metric, predictions, targets, width: 1, targetWidth: 1, cutAt: 40)
    #expect(mismatches([found], [1 - 100 / variation], relative: 1e-12) == [])
    let same = [Float](repeating: 3, count: 4)
    #expect(Self.result(metric, same, same, width: 1, targetWidth: 1) == 0)
  }

  @Test func cosinesOfZeroVectorsAreZero() {
    let (y, t): ([Float], [Float]) = ([0, 0, 3, 4, 1, 0], [1, 0, 6, 8, 0, 1])
    #expect(Self.result(CosineSimilarity(), y, t, width: 2, targetWidth: 2) == 1 / 3.0)
  }

  @Test func noSamplesGiveNoFigure() {
    for metric in [Accuracy(.categorical), TopKAccuracy(), MeanAbsoluteError()] as [any Metric] {
      #expect(Self.result(metric, [], [], width: 1, targetWidth: 1).isNaN)
    }
  }

  @Test func classesThatNoSampleHasDoNotCountInAMacroMean() {
    // Perfect answers on samples of the classes 0 and 2 of four: as scikit-learn's f1_score and
    // recall_score of [0, 2, 0, 2] and [0, 2, 0, 2].
    let truths: [Float] = [0, 2, 0, 2]
    let perfect = truths.flatMap { truth in (0..<4).map { Float($0) == truth ? 1 : 0 as Float } }
    // One answer is the class 3, which no sample has: its scores are 0.
    let answers = [0, 2, 0, 3]
    let wrong = answers.flatMap { answer in (0..<4).map { Float($0 == answer ? 1 : 0) } }
    for formula in [ClassScore.Formula.precision, .recall, .f1] {
      let metric = ClassScore(formula).judging(.categorical, outputs: 4)
      #expect(Self.result(metric, perfect, truths, width: 4, targetWidth: 1) == 1)
      let expected = [ClassScore.Formula.precision: 2 / 3.0, .recall: 0.5, .f1: 5 / 9.0]
      let found = Self.result(metric, wrong, truths, width: 4, targetWidth: 1)
      #expect(abs(found - (expected[formula] ?? 0)) < 1e-15, "\(formula) \(found)")
    }
  }
}
