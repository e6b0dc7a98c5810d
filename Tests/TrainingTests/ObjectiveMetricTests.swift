import Metrics
import Objectives
import Tensors
import Testing
import Training
import _TestSupport

/// Keras's metrics that are objectives here; see `scripts/golden/metrics.py`.
struct ObjectiveMetricTests {
  private struct File: Decodable {
    struct Case: Decodable {
      var metric: String
      var width: Int
      var prediction: [Float]
      var target: [Float]
      var result: Double
    }

    var cases: [Case]
  }

  @Test func meansOverSamples() throws {
    let objectives: [String: any Objective] = [
      "mean_squared_error": MeanSquaredError(), "log_cosh": LogCosh(),
      "mean_absolute_percentage_error": MeanAbsolutePercentageError(),
    ]
    var tried: Set<String> = []
    for golden in try Golden.load("metrics", as: File.self).cases {
      guard let objective = objectives[golden.metric] else { continue }
      tried.insert(golden.metric)
      let metric = ObjectiveMetric(objective, name: golden.metric)
      #expect(!metric.acceptsLogits && !metric.largerIsBetter && !metric.isCounting)
      var sums = [0.0, 0.0]
      let rows = golden.prediction.count / golden.width
      for range in [0..<3 * golden.width, 3 * golden.width..<golden.prediction.count] {
        var span = sums.mutableSpan
        metric.accumulate(
          prediction: FloatStorage(Array(golden.prediction[range])).span,
          target: FloatStorage(Array(golden.target[range])).span, width: golden.width,
          targetWidth: golden.width, into: &span)
      }
      #expect(sums[1] == Double(rows))
      #expect(mismatches([metric.result(sums.span)], [golden.result], relative: 2e-6) == [])
    }
    #expect(tried.count == 3)
  }
}
