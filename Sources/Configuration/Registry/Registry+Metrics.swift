import Metrics
import Objectives
import Training

extension Registry {
  /// The figures of merit: metrics of their own, then every objective that is not one of them.
  static let metrics = Choice<any Metric>(
    noun: "metric", methods: ownMetrics + objectivesAsMetrics)

  private static let ownMetrics: [Method<any Metric>] = [
    metric(
      ["accuracy"],
      "The share of samples whose class has the largest output; of outputs on the right side of ½ "
        + "(hinges: of 0) where each is a yes or no.", Accuracy(.categorical)),
    Method(
      ["top_k_accuracy"], "The share of samples whose class is among the k largest outputs.",
      Section(
        TopKSettings(), shorthand: "k",
        fields: [
          Field(
            "k", \.k, .integer(atLeast: 1, atMost: Bound.extent),
            "How many of the largest outputs count.")
        ]),
      make: { settings, _ in TopKAccuracy(k: settings.k) },
      settings: { metric in (metric as? TopKAccuracy).map { TopKSettings(k: $0.k) } }),
    score(
      ["precision"], "Of each class, the share of right ones among its answers.", .precision),
    score(["recall"], "Of each class, the share of its samples that are found.", .recall),
    score(["f1", "f1_score"], "Of each class, the harmonic mean of precision and recall.", .f1),
    metric(
      ["auc"],
      "The area under the curve of true against false positives, the mean over outputs; needs a "
        + "sigmoid or softmax at the end.", AreaUnderCurve(),
      [
        Field(
          "thresholds", \.thresholds, .integer(atLeast: 2, atMost: Bound.thresholds),
          "The number of thresholds from 0 to 1 that the curve is drawn through.")
      ]),
    metric(
      ["confusion_matrix"],
      "How often which class was answered where which was true; in `summary.json`, and told by "
        + "`nntrain evaluate`.", ConfusionMatrix()),
    metric(
      ["bits_per_character"],
      "The mean number of bits that the probabilities take for a class: the cross-entropy / ln 2; for "
        + "texts, and other classes.", BitsPerCharacter()),
    metric(
      ["mean_absolute_error", "mae"], "The mean of |prediction − target|.",
      Metrics.MeanAbsoluteError()),
    metric(
      ["root_mean_squared_error", "rmse"], "The root of the mean of (prediction − target)².",
      RootMeanSquaredError()),
    metric(
      ["r_squared", "r2"], "The share of the targets' variance that is explained, 1 at best.",
      RSquared()),
    metric(
      ["cosine_similarity"], "The mean cosine of the angle between outputs and targets.",
      Metrics.CosineSimilarity()),
  ]

  private static let objectivesAsMetrics: [Method<any Metric>] =
    objectives.methods
    .filter { method in !ownMetrics.contains { $0.names[0] == method.names[0] } }
    .map { method in
      method.mapped(
        "The mean of the objective of this name over samples, without weights.",
        { ObjectiveMetric($0, name: method.names[0]) }, { ($0 as? ObjectiveMetric)?.objective })
    }

  /// The metrics where the configuration names none: the one that people ask for first.
  static func defaultMetrics(for objective: any Objective) -> [any Metric] {
    switch objective {
    case is Objectives.CosineSimilarity: [Metrics.CosineSimilarity()]
    case is Objectives.MeanAbsoluteError: [RootMeanSquaredError()]
    default: objective.isRegression ? [Metrics.MeanAbsoluteError()] : [Accuracy(.categorical)]
    }
  }

  /// Whether `metric` can read the targets of `objective`: differences need a number for each
  /// output, ranks need classes, and an objective needs targets in its own form.
  static func fits(_ metric: any Metric, _ objective: any Objective) -> Bool {
    switch metric {
    case is Metrics.MeanAbsoluteError, is RootMeanSquaredError, is RSquared,
      is Metrics.CosineSimilarity:
      objective.targetForm != .classIndex
    case is TopKAccuracy: objective.targetDomain != .unit
    case is BitsPerCharacter: objective.targetDomain == .distribution
    case let metric as ObjectiveMetric:
      switch (metric.objective.targetForm, objective.targetForm) {
      case (.values, .oneHot), (.oneHot, .values): true
      case (let own, let other): own == other
      }
    default: true
    }
  }

  /// The settings of the accuracy of the k largest outputs.
  private struct TopKSettings: Sendable {
    var k = 5
  }

  private static func metric<Body: Metric>(
    _ names: [String], _ doc: String, _ initial: Body, _ fields: [Field<Body>] = []
  ) -> Method<any Metric> {
    Method(
      names, doc, Section(initial, fields: fields), make: { settings, _ in settings },
      settings: { $0 as? Body })
  }

  private static func score(
    _ names: [String], _ doc: String, _ formula: ClassScore.Formula
  ) -> Method<any Metric> {
    let average = Field<ClassScore>(
      "average", \.average, .name,
      "`macro`: the mean over the classes; `micro`: the formula of the sums over the classes.")
    return Method(
      names, doc, Section(ClassScore(formula), fields: [average]),
      make: { settings, _ in settings },
      settings: { metric in
        (metric as? ClassScore).flatMap { $0.formula == formula ? $0 : nil }
      })
  }
}
