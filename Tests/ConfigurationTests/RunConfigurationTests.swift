import Metrics
import Optimizers
import Testing

@testable import Configuration

@Suite struct RunConfigurationTests {
  static let everything = """
    name: everything
    seed: 18446744073709551615
    data:
      root: /data
      train: {format: csv, path: x.csv, header: true, target: [age, "3", -1], separator: "\\t",
              columns: [0, name with blanks], missing: "n/a", take: 500, weights: 7}
      test: {path: [a.bin, b.bin.gz], format: cifar10}
      class_weights: {"no": 0.25, "3": 2, yes and no: 4}
      split: {validation: 0.125, seed: 3, order: sequential}
      preprocess: [one_hot, standardize, min_max, {divide: 255}]
    model:
      - reshape: [1, 28, -1]
      - conv2d: {filters: 8, kernel: [5, 3], stride: 2, padding: same, dilation: [1, 2], groups: 2,
                 activation: {gelu: {approximate: true}}, use_bias: false, l1: 0.5, l2: 1.0e-4}
      - conv2d: {filters: 8, kernel: 3, padding: [1, 2]}
      - max_pooling2d: 2
      - average_pool2d: {size: [2, 3], stride: 1, padding: [1, 2, 3, 4]}
      - residual:
          - dense: {name: inner, units: 4, initializer: {he_normal: {}}}
          - residual: {name: deep, layers: [relu], projection_initializer: zeros}
      - global_average_pool2d
      - activation: {leaky_relu: {negative_slope: 0.3}}
      - activation: {function: silu, name: second}
      - relu: {derivative_at_zero: 0.5, name: kink}
      - dropout: {rate: 0.1, name: thin}
      - dense: {units: 10, activation: softmax, bias_initializer: ones, learning_rate_multiplier: 0}
    objective: sparse_categorical_crossentropy
    metrics: [accuracy, {top_k_accuracy: 3}, {f1: {average: micro}}, f1, {auc: {thresholds: 50}},
              confusion_matrix]
    reduction: weights
    optimizer: {adam: {learning_rate: 3.0e-05, beta1: 0.5, epsilon: 1e-07,
                       layer_multipliers: {output: 0.1}}}
    schedule: {warmup: 0.5, step_decay: {factor: 0.2, after: [2, 500 steps]}, scale: sqrt}
    clip: {global_norm: 1.5}
    regularization: {l1: 1e-3, l2: 1e-4, on: all}
    training: {epochs: 10.5 minutes, batch: full, shards: 4, micro_batch: 64, accumulate: 3, drop_last: true}
    evaluation: {batch: 100}
    parallel: {threads: 2, watchdog: 0, lockstep: {every: 50}, bucket: 0.5}
    """

  @Test func whatIsResolvedLoadsToTheSame() throws {
    for text in [smallText, Self.everything, BuiltInExperiment.digits] {
      let first = try load(text)
      let second = try load(first.resolvedText)
      #expect(second.resolvedText == first.resolvedText)
      #expect(second.canonicalText == first.canonicalText)
      #expect(second.name == first.name)
    }
  }

  @Test func everySettingSurvives() throws {
    let run = try load(load(Self.everything).resolvedText)
    #expect(run.seed == .max)
    #expect(run.data.train.target == [.name("age"), .name("3"), .index(-1)])
    #expect(run.data.train.columns == [.index(0), .name("name with blanks")])
    #expect(run.data.train.separator == "\t")
    #expect(run.data.train.weights == .index(7))
    #expect(
      run.data.classWeights
        == .entries([
          .init(name: "no", weight: 0.25), .init(name: "3", weight: 2),
          .init(name: "yes and no", weight: 4),
        ]))
    #expect(run.normalization == .weights)
    #expect(
      run.metrics.map(\.name) == [
        "accuracy", "top_k_accuracy", "f1_micro", "f1", "auc", "confusion_matrix",
      ])
    #expect((run.metrics[4] as? AreaUnderCurve)?.thresholds == 50)
    #expect(run.data.train.missing == .text("n/a"))
    #expect(run.data.test?.paths == ["a.bin", "b.bin.gz"])
    #expect(run.data.split.order == .sequential)
    #expect(run.data.preprocess == [.oneHot, .standardize, .minMax, .divide(255)])
    #expect(run.optimizer.learningRate == 3e-5)
    let decay = try #require(run.schedule.method as? StepDecay)
    #expect(decay.factor == 0.2 && decay.after == [.epochs(2), .steps(500)] && decay.every == nil)
    #expect(run.schedule.warmup == .epochs(0.5) && run.schedule.scaling == .sqrt)
    #expect(run.clip == .globalNorm(1.5))
    #expect(run.training.accumulate == 3)
    #expect(run.optimizer.layerMultipliers?.input == 1)
    #expect(run.optimizer.layerMultipliers?.output == 0.1)
    #expect(run.model.layers.last?.rateMultiplier == 0)
    #expect(run.regularization.extent == .all)
    #expect(run.training.length == .minutes(10.5))
    #expect(run.training.batch == .full)
    #expect(run.training.shards == .count(4))
    #expect(run.training.dropLast)
    #expect(run.evaluation.batch == 100)
    #expect(run.parallel.threads == 2)
    #expect(run.parallel.lockstep.every == 50)
    #expect(run.parallel.bucket == .megabytes(0.5))
  }

  @Test func aVariantBringsItsDefaultsWhereverItStands() throws {
    let run = try load(smallText, "optimizer={rmsprop: {epsilon: 0.5, variant: pytorch}}")
    let rule = try #require(run.optimizer.rule as? RMSProp)
    #expect(rule.variant == .pytorch && rule.rho == 0.99 && rule.epsilon == 0.5)
    #expect(run.optimizer.learningRate == 0.01)
    // What the form says by default is written out, and read back as the same rule.
    let again = try ConfigurationLoader.load(
      text: run.resolvedText, source: "b.yaml", name: "b", folder: nil)
    #expect(again.resolvedText == run.resolvedText)
    let ahead = try load(smallText, "optimizer={rmsprop: {nesterov: true, momentum: 0.9}}")
    #expect((ahead.optimizer.rule as? RMSProp)?.epsilon == 0)
    #expect(try load(smallText, "optimizer=adamw").optimizer.weightDecay == 0.01)
    #expect(
      try load(smallText, "optimizer={adamw: {variant: keras}}").optimizer.weightDecay == 0.004)
  }

  @Test func canonicalTextTellsWhatDecidesTheResult() throws {
    let text = try load().canonicalText
    #expect(try load(smallText, "name=other", "data.root=/elsewhere").canonicalText == text)
    #expect(try load(smallText, "optimizer={adam: {}}").canonicalText == text)
    #expect(try load(smallText, "seed=8").canonicalText != text)
    #expect(try load(smallText, "model.1.units=5").canonicalText != text)
    #expect(try load(smallText, "optimizer.beta1=0.8").canonicalText != text)
  }

  @Test func defaultsAreTheDocumentedOnes() throws {
    let run = try load(
      """
      data: digits
      model: [flatten, {dense: {units: 10, activation: softmax}}]
      objective: categorical_crossentropy
      optimizer: sgd
      """)
    #expect(run.name == "a")
    #expect(run.seed == 1)
    #expect(run.training == TrainingConfiguration())
    #expect(run.training.length == .epochs(10))
    #expect(run.training.batch == .samples(32))
    #expect(run.training.shards == .automatic)
    #expect(run.training.microBatch == 256)
    #expect(!run.training.dropLast)
    #expect(run.evaluation.batch == nil)
    #expect(run.normalization == .samples)
    #expect(run.data.classWeights == nil)
    #expect(run.parallel.threads == 1)
    #expect(run.parallel.watchdog == 300)
    #expect(run.parallel.lockstep.every == 0)
    #expect(run.parallel.bucket == .automatic)
    #expect(run.regularization == RegularizationConfiguration())
    #expect(run.optimizer.learningRate == 0.01)
    #expect(run.schedule.method is ConstantRate && run.schedule.warmup == nil)
    #expect(run.schedule.scaling == .none && run.schedule.referenceBatch == 32)
    #expect(run.clip == .none && run.training.accumulate == 1)
    #expect(run.optimizer.layerMultipliers == nil)
    #expect(run.data.split == SplitConfiguration())
  }

  @Test(arguments: [
    ("sparse_categorical_crossentropy", "mae"), ("sparse_categorical_crossentropy", "rmse"),
    ("binary_crossentropy", "top_k_accuracy"), ("sparse_categorical_crossentropy", "r_squared"),
    ("hinge", "mean_squared_error"), ("mean_squared_error", "squared_hinge"),
    ("categorical_crossentropy", "sparse_categorical_crossentropy"),
  ])
  func metricsReadTheTargetsOfTheObjective(objective: String, metric: String) {
    let error = failure(smallText, ["objective=\(objective)", "metrics=[\(metric)]"])
    #expect(error.message.contains("cannot be told of the targets of \(objective)"))
  }

  @Test(arguments: [
    ("categorical_crossentropy", "accuracy"), ("sparse_categorical_crossentropy", "accuracy"),
    ("binary_crossentropy", "accuracy"), ("mse", "mean_absolute_error"),
    ("mae", "root_mean_squared_error"), ("cosine_proximity", "cosine_similarity"),
    ("poisson", "mean_absolute_error"), ("hinge", "accuracy"), ("kld", "accuracy"),
  ])
  func theDefaultMetricFollowsTheObjective(objective: String, metric: String) throws {
    let run = try load(smallText, "objective=\(objective)")
    #expect(run.metrics.map(\.name) == [metric])
    #expect(try load(smallText, "objective=\(objective)", "metrics=[]").metrics.isEmpty)
  }
}
