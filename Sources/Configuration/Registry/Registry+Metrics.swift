import Metrics
import Objectives

/// The settings that metrics have, all of them; each row names those that are its own.
struct MetricSettings: Sendable {
  var k = 5
}

extension Registry {
  /// The figures of merit.
  static let metrics = Choice<any Metric>(
    noun: "metric",
    methods: [
      metric(["accuracy"], "The share of samples whose class is predicted.", Accuracy(.categorical)),
      metric(
        ["top_k_accuracy"], "The share of samples whose class is among the k largest outputs.",
        TopKAccuracy(k: 5), shorthand: "k",
        [Field("k", \.k, .integer(atLeast: 1), "How many of the largest outputs count.")]),
      metric(
        ["mean_absolute_error", "mae"], "The mean of |prediction − target|.", MeanAbsoluteError()),
      metric(
        ["root_mean_squared_error", "rmse"], "The root of the mean of (prediction − target)².",
        RootMeanSquaredError()),
    ],
    unavailable: ["confusion_matrix", "r_squared", "perplexity"])

  private static func metric<Body: Metric>(
    _ names: [String], _ doc: String, _ initial: Body, shorthand: String? = nil,
    _ fields: [Field<Body>] = []
  ) -> Method<any Metric> {
    Method(
      names, doc, Section(initial, shorthand: shorthand, fields: fields),
      make: { settings, _ in settings }, settings: { $0 as? Body })
  }
}

extension Registry {
  /// The metrics where the configuration names none: the one that people ask for first.
  static func defaultMetrics(for objective: any Objective) -> [any Metric] {
    objective is MeanSquaredError ? [MeanAbsoluteError()] : [Accuracy(.categorical)]
  }
}
