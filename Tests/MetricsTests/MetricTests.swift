import Metrics
import Tensors
import Testing
import _TestSupport

/// Metrics by hand: what each counts, and the cases that are easy to get wrong.
struct MetricTests {
  static func result(
    _ metric: any Metric, _ prediction: [Float], _ target: [Float], width: Int, targetWidth: Int,
    cutAt cut: Int? = nil
  ) -> Double {
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
    return metric.result(sums.span)
  }

  @Test func categoricalAnswers() {
    let accuracy = Accuracy(.categorical)
    let prediction: [Float] = [0.1, 0.9, 0.5, 0.5, -3, -4, 0, 1]
    #expect(Self.result(accuracy, prediction, [1, 0, 1, 1], width: 2, targetWidth: 1) == 0.75)
    let oneHot: [Float] = [0, 1, 1, 0, 0, 1, 0, 1]
    #expect(Self.result(accuracy, prediction, oneHot, width: 2, targetWidth: 2) == 0.75)
    #expect(accuracy.acceptsLogits && accuracy.largerIsBetter)
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

  @Test func noSamplesGiveNoFigure() {
    for metric in [Accuracy(.categorical), TopKAccuracy(), MeanAbsoluteError()] as [any Metric] {
      #expect(Self.result(metric, [], [], width: 1, targetWidth: 1).isNaN)
    }
  }
}
