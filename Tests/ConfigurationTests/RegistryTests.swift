import Foundation
import Testing

@testable import Configuration

/// The names that a configuration knows, against a list of what exists: a method without a row, or
/// a row without a method, does not pass.
@Suite struct RegistryTests {
  private func names<Value>(_ choice: Choice<Value>) -> [String] {
    choice.methods.map { $0.names[0] }.sorted()
  }

  @Test func everyObjectiveHasItsRow() {
    #expect(
      names(Registry.objectives) == [
        "binary_crossentropy", "binary_focal_crossentropy", "categorical_crossentropy",
        "categorical_focal_crossentropy", "categorical_hinge", "cosine_similarity", "hinge",
        "huber", "kullback_leibler_divergence", "log_cosh", "mean_absolute_error",
        "mean_absolute_percentage_error", "mean_squared_error", "mean_squared_logarithmic_error",
        "poisson", "sparse_categorical_crossentropy", "squared_error", "squared_hinge",
      ])
  }

  @Test func everyOptimizerHasItsRow() {
    #expect(
      names(Registry.optimizers) == [
        "adadelta", "adagrad", "adam", "adamax", "adamw", "lamb", "lars", "lion", "momentum",
        "nadam", "nesterov", "radam", "rmsprop", "sgd",
      ])
  }

  @Test func everyScheduleHasItsRow() {
    #expect(
      names(Registry.schedules) == [
        "constant", "cosine", "cosine_restarts", "exponential", "inverse_time", "linear",
        "one_cycle", "piecewise", "polynomial", "reduce_on_plateau", "snapshot_cosine",
        "step_decay", "triangular",
      ])
  }

  @Test func everyMetricHasItsRow() {
    let own = [
      "accuracy", "auc", "bits_per_character", "confusion_matrix", "cosine_similarity", "f1",
      "mean_absolute_error",
      "precision", "r_squared", "recall", "root_mean_squared_error", "top_k_accuracy",
    ]
    let others = names(Registry.objectives).filter { !own.contains($0) }
    #expect(names(Registry.metrics) == (own + others).sorted())
  }

  @Test func everyInitializerHasItsRow() {
    #expect(
      names(Registry.initializers) == [
        "constant", "glorot_normal", "glorot_uniform", "he_normal", "he_uniform", "identity",
        "lecun_normal", "lecun_uniform", "ones", "orthogonal", "random_normal", "random_uniform",
        "truncated_normal", "variance_scaling", "zeros",
      ])
  }

  @Test func everyActivationHasItsRow() {
    #expect(
      names(Registry.activations) == [
        "elu", "exponential", "gelu", "hard_sigmoid", "leaky_relu", "linear", "relu", "selu",
        "sigmoid", "softmax", "softplus", "softsign", "swish", "tanh",
      ])
  }

  @Test func everyLayerHasItsRow() {
    let layers = [
      "activation", "activity_regularization", "average_pool1d", "average_pool2d",
      "batch_normalization", "bidirectional", "conv1d", "conv2d", "conv2d_transpose", "dense",
      "depthwise_conv2d",
      "dropout", "embedding", "flatten", "gaussian_dropout", "gaussian_noise",
      "global_average_pool1d",
      "global_average_pool2d", "group_normalization", "gru", "input", "layer_normalization", "lstm",
      "masking", "masking_noise", "max_pool1d",
      "max_pool2d", "parallel", "pixel_sequence", "repeat", "reshape", "residual",
      "residual_stages",
      "simple_rnn", "spatial_dropout", "stochastic_depth", "upsampling2d", "zero_padding2d",
    ]
    #expect(names(Registry.layers) == (layers + names(Registry.activations)).sorted())
  }

  @Test func everyPreprocessingStepHasItsRow() {
    #expect(
      names(Registry.augmentations) == [
        "gaussian_noise", "mix_up", "random_brightness", "random_contrast",
        "random_crop", "random_erasing", "random_flip", "random_hue", "random_rotation",
        "random_saturation", "random_shear", "random_translation", "random_zoom",
      ])
    #expect(names(Registry.preprocessing) == ["divide", "min_max", "one_hot", "standardize"])
  }

  /// The types of `folder` that conform to the protocol `name`, by their declarations.
  private func types(in folder: String, conformingTo name: String) throws -> Set<String> {
    let root = Repository.root.appendingPathComponent("Sources/\(folder)")
    let files = try #require(FileManager.default.enumerator(atPath: root.path))
    var types: Set<String> = []
    for case let file as String in files where file.hasSuffix(".swift") {
      let text = try Repository.text("Sources/\(folder)/\(file)")
      for line in text.split(separator: "\n") where line.hasPrefix("public struct ") {
        let words = line.split(whereSeparator: { " :,{".contains($0) })
        if words.dropFirst(3).contains(Substring(name)) { types.insert(String(words[2])) }
      }
    }
    return types
  }

  /// The types that the rows of `choice` make, each from its name and `settings` where it needs any.
  private func types<Value, Made>(
    _ choice: Choice<Value>, settings: [String: String] = [:], _ made: (Value) -> Made
  ) throws -> Set<String> {
    var types: Set<String> = []
    for method in choice.methods {
      let name = method.names[0]
      let text = "{\(name): \(settings[name] ?? "{}")}"
      let node = try YAMLReader.read(text, from: .file("a.yaml"))
      let value = try choice.decode(Grammar.choice(choice.grammar).expanding(node), Place())
      types.insert("\(type(of: made(value) as Any))")
    }
    return types
  }

  @Test func whatExistsCanBeNamed() throws {
    #expect(
      try types(Registry.optimizers) { $0.rule as Any }
        == types(in: "Optimizers", conformingTo: "Optimizer"))
    #expect(
      try types(Registry.objectives) { $0 as Any }
        == types(in: "Objectives", conformingTo: "Objective")
        .union(types(in: "Objectives", conformingTo: "ElementwiseObjective")))
    #expect(
      try types(Registry.metrics) { $0 as Any }
        == types(in: "Metrics", conformingTo: "Metric").union(["ObjectiveMetric"]))
    #expect(
      try types(Registry.initializers, settings: ["constant": "1"]) { $0 as Any }
        == types(in: "Layers/Initializers", conformingTo: "Initializer"))
    let schedules = [
      "inverse_time": "{decay: 1}", "step_decay": "{every: 1}", "exponential": "{factor: 0.5}",
      "cosine_restarts": "{first: 1}", "snapshot_cosine": "{cycles: 2}",
      "triangular": "{cycle: 1}", "piecewise": "{boundaries: [1], values: [0.1]}",
    ]
    #expect(
      try types(Registry.schedules, settings: schedules) { $0 as Any }
        == types(in: "Optimizers/Schedules", conformingTo: "Schedule"))
    let augmentations = [
      "random_translation": "{width_factor: 0.1}", "random_rotation": "0.1", "random_zoom": "0.1",
      "random_shear": "{x_factor: 0.1}", "random_brightness": "0.1", "random_contrast": "0.1",
      "random_saturation": "0.1", "random_hue": "0.1", "gaussian_noise": "0.1",
    ]
    let sorts = ["", "Geometric", "Resampling", "Pixel"].map { $0 + "Augmentation" }
    #expect(
      try types(Registry.augmentations, settings: augmentations) { $0 as Any }
        == sorts.reduce(into: []) {
          $0.formUnion(try types(in: "Datasets/Augmentation", conformingTo: $1))
        })
    let settings = [
      "dense": "{units: 1}", "conv2d": "{filters: 1, kernel: 1}", "dropout": "0.5",
      "reshape": "[1]", "max_pool2d": "1", "average_pool2d": "1", "residual": "[relu]",
      "activation": "relu", "spatial_dropout": "0.5", "gaussian_dropout": "0.5",
      "gaussian_noise": "0.1", "masking_noise": "0.1", "stochastic_depth": "0.1",
      "conv1d": "{filters: 1, kernel: 1}",
      "depthwise_conv2d": "{kernel: 1}", "conv2d_transpose": "{filters: 1, kernel: 1}",
      "max_pool1d": "1", "average_pool1d": "1", "zero_padding2d": "1", "upsampling2d": "2",
      "parallel": "[[relu], [linear]]", "repeat": "{times: 2, layers: [relu]}",
      "residual_stages": "{blocks: 1, filters: [4]}", "lstm": "{units: 1}", "gru": "{units: 1}",
      "simple_rnn": "{units: 1}", "bidirectional": "{lstm: {units: 1}}",
      "embedding": "{vocabulary: 2, units: 1}", "input": "a",
    ]
    let layers = try types(Registry.layers, settings: settings) { spec -> Any in
      if case .layer(let layer) = spec.body { layer } else { spec }
    }
    #expect(
      try types(Registry.constraints) { $0 as Any }
        == types(in: "Layers/Constraints", conformingTo: "Constraint"))
    // A block is no layer but holds some; these arise where branches meet, where shapes
    // differ, in stages of pretraining, and for inputs by name.
    let nameable = try types(in: "Layers", conformingTo: "Layer")
      .subtracting([
        "Merge", "Concatenate", "PaddedShortcut", "RestrictedBoltzmann", "WakeSleep", "InputSlice",
      ])
      .union(types(in: "Layers", conformingTo: "RecurrentLayer"))
      .union(types(in: "Layers", conformingTo: "MaskingLayer"))
    #expect(layers == nameable.union(["LayerSpec"]))
  }

  @Test func noNameMeansTwoThings() {
    func check(_ grammar: ChoiceGrammar) {
      let names = grammar.methods.flatMap(\.names)
      #expect(Set(names).count == names.count, "\(grammar.noun)")
      for method in grammar.methods {
        let keys = method.settings.fields.map(\.key)
        #expect(Set(keys).count == keys.count, "\(method.names)")
        #expect(method.settings.shorthand.map(keys.contains) ?? true, "\(method.names)")
        #expect(!method.doc.isEmpty)
      }
    }
    check(Registry.objectives.grammar)
    check(Registry.optimizers.grammar)
    check(Registry.schedules.grammar)
    check(Registry.metrics.grammar)
    check(Registry.initializers.grammar)
    check(Registry.activations.grammar)
    check(Registry.layers.grammar)
    check(Registry.constraints.grammar)
    check(Registry.preprocessing.grammar)
    check(Registry.augmentations.grammar)
  }
}
