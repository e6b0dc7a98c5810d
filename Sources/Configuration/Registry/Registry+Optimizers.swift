import Optimizers

/// A rule of one type and its learning rate.
struct Rated<Rule: Optimizer>: Sendable {
  var rule: Rule
  var learningRate = Rule.defaultRate
  var layerMultipliers: LayerMultipliers?
}

extension Registry {
  /// The rules that move parameters along the gradient.
  static let optimizers = Choice<OptimizerConfiguration>(
    noun: "optimizer",
    methods: [
      optimizer(["sgd"], "Stochastic gradient descent: w ← w − α·g.", SGD()),
      optimizer(
        ["momentum"], "Gradient descent with momentum: v ← μ·v − α·g, w ← w + v.", Momentum(),
        [Field("momentum", \.rule.momentum, .number(.fraction), "μ, the part of v that is kept.")]),
      optimizer(
        ["nesterov"], "Momentum with the gradient taken ahead, at w + μ·v.", Nesterov(),
        [Field("momentum", \.rule.momentum, .number(.fraction), "μ, the part of v that is kept.")]),
      optimizer(
        ["adam"], "Steps along the mean gradient, scaled weight by weight by its recent size.",
        Adam(),
        [
          Field("beta1", \.rule.beta1, .number(.fraction), "β₁, the decay of the mean gradient."),
          Field("beta2", \.rule.beta2, .number(.fraction), "β₂, the decay of its mean square."),
          Field("epsilon", \.rule.epsilon, .number(.positive), "ε, added to the root."),
        ]),
    ],
    unavailable: [
      "adagrad", "adadelta", "rmsprop", "adamw", "adamax", "amsgrad", "nadam", "radam", "lion",
      "lars", "lamb",
    ])

  private static func optimizer<Rule: Optimizer>(
    _ names: [String], _ doc: String, _ rule: Rule, _ fields: [Field<Rated<Rule>>] = []
  ) -> Method<OptimizerConfiguration> {
    let rate = Field<Rated<Rule>>(
      "learning_rate", \.learningRate, .number(.positive), "α, the length of a step.")
    let multipliers = Field<Rated<Rule>>(
      "layer_multipliers", \.layerMultipliers, LayerMultipliers.section.codec.optional,
      "What α is multiplied by, from `input` to `output` geometrically over the layers with "
        + "parameters, such as {input: 1, output: 0.1}.")
    return Method(
      names, doc, Section(Rated(rule: rule), fields: [rate] + fields + [multipliers]),
      make: { settings, _ in
        OptimizerConfiguration(
          settings.rule, learningRate: settings.learningRate,
          layerMultipliers: settings.layerMultipliers)
      },
      settings: { optimizer in
        (optimizer.rule as? Rule).map {
          Rated(
            rule: $0, learningRate: optimizer.learningRate,
            layerMultipliers: optimizer.layerMultipliers)
        }
      })
  }
}
