import Layers
import Models

/// The settings that activations have, all of them; each row names those that are its own.
struct ActivationSettings: Sendable {
  var name: String?
  var derivativeAtZero: Float = 0
  var alpha: Float = 1
  var negativeSlope: Float = 0.2
  var approximate = false
}

/// An activation, to be named within a layer or as a layer of its own.
struct ActivationRow: Sendable {
  var names: [String]
  var doc: String
  var fields: [Field<ActivationSettings>] = []
  /// The activation of the given settings.
  var make: @Sendable (ActivationSettings) -> Activation
  /// The settings of an activation of this row; nil for others.
  var settings: @Sendable (Activation) -> ActivationSettings?

  init(
    _ names: [String], _ doc: String, _ fields: [Field<ActivationSettings>],
    make: @escaping @Sendable (ActivationSettings) -> Activation,
    settings: @escaping @Sendable (Activation) -> ActivationSettings?
  ) {
    self.names = names
    self.doc = doc
    self.fields = fields
    self.make = make
    self.settings = settings
  }

  /// An activation without settings.
  init(_ names: [String], _ doc: String, _ activation: Activation) {
    self.init(
      names, doc, [], make: { _ in activation },
      settings: { $0 == activation ? ActivationSettings() : nil })
  }
}

extension Registry {
  /// The activations; formulas and defaults are those of ``Activation``.
  static let activationRows: [ActivationRow] = [
    ActivationRow(["linear"], "x", .linear),
    ActivationRow(
      ["relu"], "max(x, 0)",
      [
        Field(
          "derivative_at_zero", \.derivativeAtZero, .number(.unit),
          "The derivative at exactly 0: 0 as in other libraries, 0.5 as in textbooks that take the "
            + "mean of both sides.")
      ],
      make: { .relu(derivativeAtZero: $0.derivativeAtZero) },
      settings: {
        guard case .relu(let derivative) = $0 else { return nil }
        return ActivationSettings(derivativeAtZero: derivative)
      }),
    ActivationRow(["sigmoid"], "1 / (1 + e⁻ˣ)", .sigmoid),
    ActivationRow(["tanh"], "(eˣ − e⁻ˣ) / (eˣ + e⁻ˣ)", .tanh),
    ActivationRow(
      ["softmax"],
      "eˣⁱ / Σⱼ eˣʲ over the outputs of a sample: in each step of a sequence, at each position of an "
        + "image over its channels", .softmax),
    ActivationRow(["softplus"], "ln(1 + eˣ)", .softplus),
    ActivationRow(["softsign"], "x / (1 + |x|)", .softsign),
    ActivationRow(
      ["elu"], "x for x > 0, α(eˣ − 1) otherwise",
      [Field("alpha", \.alpha, .number(.nonNegative), "α, minus the limit for x → −∞.")],
      make: { .elu(alpha: $0.alpha) },
      settings: {
        guard case .elu(let alpha) = $0 else { return nil }
        return ActivationSettings(alpha: alpha)
      }),
    ActivationRow(["selu"], "λx for x > 0, λα(eˣ − 1) otherwise, with fixed λ and α", .selu),
    ActivationRow(
      ["leaky_relu"], "x for x > 0, slope·x otherwise",
      [
        Field(
          "negative_slope", \.negativeSlope, .number(.nonNegative), "The slope for x below 0.")
      ],
      make: { .leakyReLU(negativeSlope: $0.negativeSlope) },
      settings: {
        guard case .leakyReLU(let slope) = $0 else { return nil }
        return ActivationSettings(negativeSlope: slope)
      }),
    ActivationRow(["exponential"], "eˣ", .exponential),
    ActivationRow(["hard_sigmoid"], "clamp(x/6 + 1/2, 0, 1)", .hardSigmoid),
    ActivationRow(
      ["gelu"], "x·Φ(x), Φ the normal distribution",
      [
        Field("approximate", \.approximate, .truth, "Whether Φ is approximated by tanh.")
      ],
      make: { .gelu(approximate: $0.approximate) },
      settings: {
        guard case .gelu(let approximate) = $0 else { return nil }
        return ActivationSettings(approximate: approximate)
      }),
    ActivationRow(["swish", "silu"], "x / (1 + e⁻ˣ)", .swish),
  ]

  /// The activations as they are named within a layer.
  static let activations = Choice<Activation>(
    noun: "activation",
    methods: activationRows.map { row in
      Method(
        row.names, row.doc, Section(ActivationSettings(), fields: row.fields),
        make: { settings, _ in row.make(settings) }, settings: row.settings)
    })

  /// The activations as layers of their own.
  static let activationLayers: [Method<LayerSpec>] = activationRows.map { row in
    Method(
      row.names, row.doc,
      Section(
        ActivationSettings(), fields: [Field("name", \.name, .layerName, nameDoc)] + row.fields),
      make: { settings, position in
        LayerSpec(
          .layer(ActivationLayer(row.make(settings))), name: settings.name,
          location: position.description)
      },
      settings: { spec in
        guard case .layer(let layer) = spec.body, let layer = layer as? ActivationLayer else {
          return nil
        }
        var settings = row.settings(layer.activation)
        settings?.name = spec.name
        return settings
      })
  }
}
