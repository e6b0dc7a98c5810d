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
      var table: [[Int]]?
    }

    var cases: [Case]
  }

  private static let metrics: [String: @Sendable (Int) -> any Metric] = {
    var metrics: [String: @Sendable (Int) -> any Metric] = [
      "categorical_accuracy": { _ in Accuracy(.categorical) },
      "binary_accuracy": { _ in Accuracy(.binary) },
      "top_3_accuracy": { _ in TopKAccuracy(k: 3) },
      "mean_absolute_error": { _ in MeanAbsoluteError() },
      "root_mean_squared_error": { _ in RootMeanSquaredError() },
      "cosine_similarity": { _ in CosineSimilarity() },
      "r_squared": { width in
        RSquared().judging(.categorical, outputs: width)
          .centered(at: [Float](repeating: -1, count: width).span)
      },
      "auc": { AreaUnderCurve().judging(.binary, outputs: $0) },
      "auc_2": { AreaUnderCurve(thresholds: 2).judging(.binary, outputs: $0) },
      "auc_11": { AreaUnderCurve(thresholds: 11).judging(.binary, outputs: $0) },
      "confusion_matrix": { ConfusionMatrix().judging(.categorical, outputs: $0) },
    ]
    for formula in [ClassScore.Formula.precision, .recall, .f1] {
      for (kind, answers) in [("classes", Answers.categorical), ("yes", .binary)] {
        metrics["\(formula.rawValue)_\(kind)"] = {
          ClassScore(formula).judging(answers, outputs: $0)
        }
        metrics["\(formula.rawValue)_micro_\(kind)"] = {
          ClassScore(formula, average: .micro).judging(answers, outputs: $0)
        }
      }
    }
    return metrics
  }()

  /// Objectives told as metrics, which the tests of the training room try.
  private static let objectives = [
    "mean_squared_error", "mean_absolute_percentage_error", "log_cosh",
  ]

  @Test func figuresInOnePieceAndInTwo() throws {
    let cases = try Golden.load("metrics", as: File.self).cases
    let names = Set(cases.map(\.metric)).subtracting(Self.objectives)
    // The micro recall of classes is their micro precision: both are the accuracy.
    #expect(names == Set(Self.metrics.keys).subtracting(["recall_micro_classes"]))
    for golden in cases where !Self.objectives.contains(golden.metric) {
      let make = try #require(Self.metrics[golden.metric])
      let metric = make(golden.width)
      for cut in [0, 1, 7] {
        let sums = MetricTests.sums(
          metric, golden.prediction, golden.target, width: golden.width,
          targetWidth: golden.target_width, cutAt: cut)
        if metric.isCounting { #expect(sums.allSatisfy { $0 == $0.rounded() }) }
        if let table = golden.table {
          #expect(metric.table(sums.span) == table)
        } else {
          // Keras's shares and areas are in single precision.
          #expect(
            mismatches([metric.result(sums.span)], [golden.result], relative: 1e-6, absolute: 2e-7)
              == [], "\(golden.metric) \(golden.width)")
        }
      }
    }
  }
}
