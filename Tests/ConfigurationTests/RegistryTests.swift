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
        "binary_crossentropy", "categorical_crossentropy", "mean_squared_error",
        "sparse_categorical_crossentropy",
      ])
  }

  @Test func everyOptimizerHasItsRow() {
    #expect(names(Registry.optimizers) == ["adam", "momentum", "nesterov", "sgd"])
  }

  @Test func everyMetricHasItsRow() {
    #expect(
      names(Registry.metrics) == [
        "accuracy", "mean_absolute_error", "root_mean_squared_error", "top_k_accuracy",
      ])
  }

  @Test func everyInitializerHasItsRow() {
    #expect(
      names(Registry.initializers) == [
        "constant", "glorot_normal", "glorot_uniform", "he_normal", "he_uniform", "lecun_normal",
        "lecun_uniform", "ones", "random_normal", "random_uniform", "truncated_normal", "zeros",
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
      "activation", "average_pool2d", "conv2d", "dense", "dropout", "flatten",
      "global_average_pool2d", "max_pool2d", "reshape", "residual",
    ]
    #expect(names(Registry.layers) == (layers + names(Registry.activations)).sorted())
  }

  @Test func everyPreprocessingStepHasItsRow() {
    #expect(names(Registry.preprocessing) == ["divide", "min_max", "one_hot", "standardize"])
  }

  @Test func noNameMeansTwoThings() {
    func check(_ grammar: ChoiceGrammar) {
      let names = grammar.methods.flatMap(\.names) + grammar.unavailable
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
    check(Registry.metrics.grammar)
    check(Registry.initializers.grammar)
    check(Registry.activations.grammar)
    check(Registry.layers.grammar)
    check(Registry.preprocessing.grammar)
  }
}
