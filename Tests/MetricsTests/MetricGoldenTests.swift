import Metrics
import Testing
import _TestSupport

/// Keras's metrics; see `scripts/golden/metrics.py`.
struct MetricGoldenTests {
  struct File: Decodable {
    struct Case: Decodable {
      var metric: String
      var width: Int
      var target_width: Int
      var prediction: [Float]
      var target: [Float]
      var result: Double
    }

    var cases: [Case]
  }

  static let metrics: [String: any Metric] = [
    "categorical_accuracy": Accuracy(.categorical),
    "binary_accuracy": Accuracy(.binary),
    "top_3_accuracy": TopKAccuracy(k: 3),
    "mean_absolute_error": MeanAbsoluteError(),
    "root_mean_squared_error": RootMeanSquaredError(),
  ]

  @Test func figuresInOnePieceAndInTwo() throws {
    let cases = try Golden.load("metrics", as: File.self).cases
    #expect(Set(cases.map(\.metric)) == Set(Self.metrics.keys))
    for golden in cases {
      let metric = try #require(Self.metrics[golden.metric])
      for cut in [0, 1, 7] {
        let figure = MetricTests.result(
          metric, golden.prediction, golden.target, width: golden.width,
          targetWidth: golden.target_width, cutAt: cut)
        #expect(mismatches([figure], [golden.result], relative: 1e-6) == [], "\(golden.metric)")
      }
    }
  }
}
