import Metrics
import Objectives

extension Registry {
  /// The figures of merit.
  static let metrics = Choice<any Metric>(
    noun: "metric",
    methods: [
      metric(
        ["accuracy"],
        "The share of samples whose class has the largest output; of outputs on the right side of ½ "
          + "with binary_crossentropy.", Accuracy(.categorical)),
      Method(
        ["top_k_accuracy"], "The share of samples whose class is among the k largest outputs.",
        Section(
          TopKSettings(), shorthand: "k",
          fields: [Field("k", \.k, .integer(atLeast: 1), "How many of the largest outputs count.")]),
        make: { settings, _ in TopKAccuracy(k: settings.k) },
        settings: { metric in (metric as? TopKAccuracy).map { TopKSettings(k: $0.k) } }),
      metric(
        ["mean_absolute_error", "mae"], "The mean of |prediction − target|.", MeanAbsoluteError()),
      metric(
        ["root_mean_squared_error", "rmse"], "The root of the mean of (prediction − target)².",
        RootMeanSquaredError()),
    ],
    unavailable: ["confusion_matrix", "r_squared", "perplexity"])

  /// The metrics where the configuration names none: the one that people ask for first.
  static func defaultMetrics(for objective: any Objective) -> [any Metric] {
    objective is MeanSquaredError ? [MeanAbsoluteError()] : [Accuracy(.categorical)]
  }

  /// `metric` as it reads outputs that were trained for `objective`.
  static func metric(_ metric: any Metric, for objective: any Objective) -> any Metric {
    metric is Accuracy && objective is BinaryCrossEntropy ? Accuracy(.binary) : metric
  }

  /// Whether `metric` can read the targets of `objective`: differences need a number for each
  /// output, ranks need classes.
  static func fits(_ metric: any Metric, _ objective: any Objective) -> Bool {
    switch metric {
    case is MeanAbsoluteError, is RootMeanSquaredError:
      !(objective is SparseCategoricalCrossEntropy)
    case is TopKAccuracy: !(objective is BinaryCrossEntropy)
    default: true
    }
  }

  /// The settings of the accuracy of the k largest outputs.
  private struct TopKSettings: Sendable {
    var k = 5
  }

  private static func metric<Body: Metric>(_ names: [String], _ doc: String, _ initial: Body)
    -> Method<any Metric>
  {
    Method(
      names, doc, Section(initial, fields: []), make: { settings, _ in settings },
      settings: { $0 as? Body })
  }
}
