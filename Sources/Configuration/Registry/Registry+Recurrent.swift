import Layers
import Models
import Tensors

extension Registry {
  /// The layers that go through a sequence step by step.
  static let recurrentLayers: [Method<LayerSpec>] =
    [
      recurrent(["lstm"], lstmDoc, LSTM(bare), lstmFields),
      recurrent(["gru"], gruDoc, GRU(bare), recurrentFields()),
      recurrent(["simple_rnn"], simpleDoc, SimpleRNN(bare), simpleFields),
    ] + [bidirectional, masking]

  private static let masking: Method<LayerSpec> = method(
    ["masking"],
    "Marks the steps of a sequence [steps, features] in which every number is `value` as padding: "
      + "recurrent layers carry their state past them, and objective and metrics leave them out.",
    Masking(), shorthand: "value",
    [
      Field(
        "value", \.body.value, .padding,
        "The number that pads sequences, as it is behind `data.preprocess`; or `lengths`: the steps behind "
          + "the ends that `lengths` or `ragged` of the source tell, whatever number stands there.")
    ])

  private static let bare = RecurrentSettings(units: 0)

  private static let lstmDoc =
    "Long short-term memory: a cell state that gates write, keep and read, over a sequence "
    + "[steps, features]."
  private static let gruDoc =
    "Gated recurrent unit over a sequence [steps, features]; the reset gate acts behind the product "
    + "(Keras's reset_after)."
  private static let simpleDoc =
    "Simple recurrent layer over a sequence [steps, features]: h = f(W·x + U·h₋₁ + b)."

  private static func recurrent<Body: RecurrentLayer>(
    _ names: [String], _ doc: String, _ initial: Body, _ fields: [Field<Named<Body>>]
  ) -> Method<LayerSpec> {
    method(names, doc, initial, shorthand: "units", fields + [rateMultiplier()])
  }

  private static func recurrentFields<Body: RecurrentLayer>() -> [Field<Named<Body>>] {
    [
      Field(
        "units", \.body.settings.units, .integer(atLeast: 1, atMost: Bound.extent), required: true,
        "The number of outputs."),
      Field(
        "return_sequences", \.body.settings.returnsSequences, .truth,
        "Whether the output is [steps, units], the state after every step, else the last one alone."
      ),
      Field(
        "truncate", \.body.settings.truncation,
        ValueCodec.integer(atLeast: 1, atMost: Bound.extent).optional,
        "Truncated back-propagation through time: gradients stop after every so many steps, padded "
          + "ones not counted, while the state goes on; unset they go through the whole sequence."),
      Field(
        "dropout", \.body.settings.dropout, .number(.fraction),
        "The probability with which an input is dropped in training, in all steps of a sequence."),
      Field(
        "recurrent_dropout", \.body.settings.recurrentDropout, .number(.fraction),
        "The probability with which a unit is dropped from h₋₁ before U·h₋₁ in training, in all steps of "
          + "a sequence."),
      Field("use_bias", \.body.settings.usesBias, .truth, "Whether biases are there."),
      Field(
        "initializer", \.body.settings.initializer, initializers.codec,
        "How the weights of the input are drawn."),
      Field(
        "recurrent_initializer", \.body.settings.recurrentInitializer, initializers.codec,
        default: "orthogonal",
        "How the recurrent weights are drawn."),
      Field(
        "bias_initializer", \.body.settings.biasInitializer, initializers.codec,
        "How biases are drawn."),
      Field(
        "l1", \.body.settings.l1, penalty,
        "The layer's own l1 on both weights, in place of the regularization's."),
      Field(
        "l2", \.body.settings.l2, penalty,
        "The layer's own l2 on both weights, in place of the regularization's."),
    ]
  }

  private static func recurrentBias<Body: RecurrentLayer>() -> Field<Named<Body>> {
    Field(
      "recurrent_bias", \.body.settings.usesRecurrentBias, .truth,
      "Whether a second bias is added, with the recurrent product, as PyTorch does.")
  }

  private static let lstmFields: [Field<Named<LSTM>>] =
    recurrentFields() + [
      recurrentBias(),
      Field(
        "unit_forget_bias", \.body.startsRemembering, .truth,
        "Whether the bias of the forget gate begins at 1."),
    ]

  private static let simpleFields: [Field<Named<SimpleRNN>>] =
    recurrentFields() + [
      recurrentBias(),
      Field("activation", \.body.activation, .name, "The function f."),
    ]

  /// The same layers as what another holds: without names and multipliers of their own.
  private static let innerRecurrent = Choice<any RecurrentLayer>(
    noun: "recurrent layer",
    methods: [
      inner("lstm", lstmDoc, LSTM(bare), lstmFields),
      inner("gru", gruDoc, GRU(bare), recurrentFields()),
      inner("simple_rnn", simpleDoc, SimpleRNN(bare), simpleFields),
    ])

  private static func inner<Body: RecurrentLayer>(
    _ name: String, _ doc: String, _ initial: Body, _ fields: [Field<Named<Body>>]
  ) -> Method<any RecurrentLayer> {
    Method(
      [name], doc, Section(Named(body: initial), shorthand: "units", fields: fields),
      make: { named, _ in named.body },
      settings: { layer in (layer as? Body).map { Named(body: $0) } })
  }

  private static let bidirectional: Method<LayerSpec> = method(
    ["bidirectional"],
    "A recurrent layer, and a second one of its kind that reads the sequence from its end.",
    Bidirectional(LSTM(bare)), shorthand: "layer",
    [
      Field(
        "layer", \.body.layer, innerRecurrent.codec, required: true,
        "The recurrent layer of either direction."),
      Field(
        "merge", \.body.merge, .name,
        "What becomes of both outputs: one after the other (`concatenate`), their `sum`, `mean` or "
          + "`product`."),
      rateMultiplier(),
    ])
}
