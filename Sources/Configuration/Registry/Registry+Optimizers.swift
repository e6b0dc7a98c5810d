import Optimizers

/// A rule of one type, its learning rates and its weight decay.
struct Rated<Rule: Optimizer>: Sendable {
  var rule: Rule
  var learningRate: Float
  var weightDecay: Float
  var layerMultipliers: LayerMultipliers?

  init(_ rule: Rule) {
    self.rule = rule
    learningRate = rule.defaultRate
    weightDecay = rule.defaultDecay
  }
}

extension Rated where Rule: Varied {
  /// Whose form the rule is; another form comes with its own defaults, so this key is read first.
  var variant: Variant {
    get { rule.variant }
    set { self = Rated(Rule(newValue)) }
  }
}

extension Rated<RMSProp> {
  /// Whether the gradient is taken ahead; the book's algorithm then has no δ.
  var nesterov: Bool {
    get { rule.nesterov }
    set {
      rule.nesterov = newValue
      if newValue { rule.epsilon = 0 }
    }
  }
}

extension Registry {
  /// The rules that move parameters along the gradient.
  static let optimizers = Choice<OptimizerConfiguration>(
    noun: "optimizer",
    methods: [
      optimizer(["sgd"], "Stochastic gradient descent: w ← w − ε·g.", SGD()),
      varied(
        ["momentum"], "Gradient descent with momentum: v ← α·v − ε·g, w ← w + v.",
        Momentum(.book), [momentumField(\.rule.momentum)]),
      varied(
        ["nesterov"], "Momentum with the gradient taken ahead, at w + α·v.", Nesterov(.book),
        [momentumField(\.rule.momentum)]),
      varied(
        ["adagrad"], "Each weight's rate shrinks with all the gradients that it has seen.",
        AdaGrad(),
        [
          Field(
            "initial_accumulator", \.rule.initialAccumulator, .number(.nonNegative),
            "r₀, what the sum of squares begins with; 0.1 in Keras's form."),
          epsilonField(\.rule.epsilon, "1e-7; 1e-10 in PyTorch's form"),
        ]),
      varied(
        ["adadelta"], "Steps in units of recent steps over recent gradients.", AdaDelta(),
        [
          Field(
            "rho", \.rule.rho, .number(.fraction),
            "ρ, the decay of the mean squares; 0.9 in PyTorch's form."),
          epsilonField(\.rule.epsilon, "1e-6; 1e-7 in Keras's form"),
        ]),
      rmsprop,
      varied(
        ["adam"], "Steps along the mean gradient, scaled weight by weight by its recent size.",
        Adam(),
        adamFields(\.rule.beta1, \.rule.beta2, \.rule.epsilon, \.rule.amsgrad)),
      varied(
        ["adamw"], "Adam whose weights decay beside the step.", AdamW(),
        adamFields(
          \.rule.adam.beta1, \.rule.adam.beta2, \.rule.adam.epsilon, \.rule.adam.amsgrad)),
      varied(
        ["adamax"], "Adam with the largest recent gradient in place of the root mean square.",
        AdaMax(),
        betaFields(\.rule.beta1, \.rule.beta2) + [
          Field(
            "epsilon", \.rule.epsilon, .number(.nonNegative),
            "δ: 0 in the book's form, 1e-7 in Keras's, 1e-8 in PyTorch's.")
        ]),
      varied(
        ["nadam"], "Adam whose mean gradient looks one step ahead.", Nadam(),
        betaFields(\.rule.beta1, \.rule.beta2) + [
          epsilonField(\.rule.epsilon, "1e-8; 1e-7 in Keras's form")
        ]),
      varied(
        ["radam"], "Adam that waits with the mean square until it can be trusted.", RAdam(),
        betaFields(\.rule.beta1, \.rule.beta2) + [
          Field(
            "epsilon", \.rule.epsilon, .number(.nonNegative),
            "δ: 0 in the paper's form, 1e-8 in PyTorch's.")
        ]),
      optimizer(
        ["lion"], "Steps of one length, by the sign of the momentum.", Lion(),
        betaFields(\.rule.beta1, \.rule.beta2)),
      optimizer(
        ["lars"], "Momentum with a rate for each parameter in proportion to its size.", LARS(),
        [
          momentumField(\.rule.momentum),
          Field(
            "trust", \.rule.trust, .number(.positive),
            "η, the share of a parameter's size that a step at rate 1 changes."),
        ]),
      varied(
        ["lamb"], "Adam with steps as long, for each parameter, as the parameter.", LAMB(),
        betaFields(\.rule.beta1, \.rule.beta2) + [
          epsilonField(\.rule.epsilon, "1e-6; 1e-7 in Keras's form")
        ]),
    ])

  private static let rmsprop: Method<OptimizerConfiguration> = varied(
    ["rmsprop"], "Each weight's step is divided by the recent size of its gradient.", RMSProp(),
    [
      Field(
        "rho", \.rule.rho, .number(.fraction),
        "ρ, the decay of the mean square; 0.99 in PyTorch's form."),
      momentumField(\.rule.momentum),
      Field(
        "nesterov", \.nesterov, .truth,
        "Whether the gradient is taken ahead, at w + α·v, and δ is 0 unless it is given."),
      Field(
        "centered", \.rule.centered, .truth,
        "Whether the variance of the gradient stands in place of its mean square."),
      Field(
        "epsilon", \.rule.epsilon, .number(.nonNegative),
        "δ, in the root: 1e-6; 1e-7 in Keras's form; 1e-8, outside the root, in PyTorch's."),
    ],
    finish: { (settings, node, place) throws(ConfigurationError) in
      let rule = settings.rule
      guard rule.nesterov else { return }
      if rule.variant != .book {
        throw ConfigurationError(
          at: node["nesterov"]?.position ?? node.position,
          "\(place.child("nesterov").text) is the book's algorithm, but the variant is"
            + " \(rule.variant.rawValue); use variant: book")
      }
      if rule.centered {
        throw ConfigurationError(
          at: node["centered"]?.position ?? node.position,
          "\(place.text) is both centered and nesterov; use one of them")
      }
    })

  private static func adamFields<Rule: Optimizer>(
    _ beta1: WritableKeyPath<Rated<Rule>, Float> & Sendable,
    _ beta2: WritableKeyPath<Rated<Rule>, Float> & Sendable,
    _ epsilon: WritableKeyPath<Rated<Rule>, Float> & Sendable,
    _ amsgrad: WritableKeyPath<Rated<Rule>, Bool> & Sendable
  ) -> [Field<Rated<Rule>>] {
    betaFields(beta1, beta2) + [
      epsilonField(epsilon, "1e-8; 1e-7, beside the uncorrected root, in Keras's form"),
      Field(
        "amsgrad", amsgrad, .truth,
        "Whether the largest mean square so far is used."),
    ]
  }

  private static func betaFields<Rule>(
    _ beta1: WritableKeyPath<Rated<Rule>, Float> & Sendable,
    _ beta2: WritableKeyPath<Rated<Rule>, Float> & Sendable
  ) -> [Field<Rated<Rule>>] {
    [
      Field("beta1", beta1, .number(.fraction), "β₁, the decay of the mean gradient."),
      Field("beta2", beta2, .number(.fraction), "β₂, the decay of what scales the step."),
    ]
  }

  private static func momentumField<Rule>(
    _ path: WritableKeyPath<Rated<Rule>, Float> & Sendable
  ) -> Field<Rated<Rule>> {
    Field("momentum", path, .number(.fraction), "α, the part of the velocity that is kept.")
  }

  private static func epsilonField<Rule>(
    _ path: WritableKeyPath<Rated<Rule>, Float> & Sendable, _ defaults: String
  ) -> Field<Rated<Rule>> {
    Field("epsilon", path, .number(.positive), "δ, added to the root: \(defaults).")
  }

  /// A rule with several forms.
  private static func varied<Rule: Optimizer & Varied>(
    _ names: [String], _ doc: String, _ rule: Rule, _ fields: [Field<Rated<Rule>>],
    finish: @escaping Section<Rated<Rule>>.Finish = { _, _, _ in }
  ) -> Method<OptimizerConfiguration> {
    optimizer(
      names, doc, rule, fields,
      first: [
        Field(
          "variant", \.variant, .name,
          "Whose formulas and defaults: the textbook's (or the original paper's), Keras's, "
            + "PyTorch's.")
      ], finish: finish)
  }

  private static func optimizer<Rule: Optimizer>(
    _ names: [String], _ doc: String, _ rule: Rule, _ fields: [Field<Rated<Rule>>] = [],
    first: [Field<Rated<Rule>>] = [],
    finish: @escaping Section<Rated<Rule>>.Finish = { _, _, _ in }
  ) -> Method<OptimizerConfiguration> {
    let rates: [Field<Rated<Rule>>] = [
      Field("learning_rate", \.learningRate, .number(.positive), "ε, the length of a step."),
      Field(
        "weight_decay", \.weightDecay, .number(.nonNegative),
        "λ of decoupled weight decay, w ← (1 − ε·λ)·w in every step; on the same parameters as "
          + "the penalties."),
    ]
    let multipliers = Field<Rated<Rule>>(
      "layer_multipliers", \.layerMultipliers, LayerMultipliers.section.codec.optional,
      "What ε is multiplied by, from `input` to `output` geometrically over the layers with "
        + "parameters, such as {input: 1, output: 0.1}.")
    return Method(
      names, doc,
      Section(Rated(rule), fields: first + rates + fields + [multipliers], finish: finish),
      make: { settings, _ in
        OptimizerConfiguration(
          settings.rule, learningRate: settings.learningRate, weightDecay: settings.weightDecay,
          layerMultipliers: settings.layerMultipliers)
      },
      settings: { optimizer in
        (optimizer.rule as? Rule).map {
          var settings = Rated($0)
          settings.learningRate = optimizer.learningRate
          settings.weightDecay = optimizer.weightDecay
          settings.layerMultipliers = optimizer.layerMultipliers
          return settings
        }
      })
  }
}
