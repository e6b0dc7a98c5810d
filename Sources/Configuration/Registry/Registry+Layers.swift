import Layers
import Models
import Tensors

/// A layer and the name that a configuration gives it.
struct Named<Body: Sendable>: Sendable {
  var name: String?
  var body: Body
  /// What the learning rate of its parameters is multiplied by; nil where the network says it.
  var rateMultiplier: Float?
}

/// The settings of a pooling layer, whose stride follows its size.
struct PoolingSettings: Sendable {
  var size = Extent2D(1, 1)
  var stride: Extent2D?
  var padding = Padding.valid
}

extension Registry {
  static let nameDoc =
    "The layer's name, with which its parameters' names begin; unset it is `<kind>_<number>`."

  /// The layers and blocks.
  static let layers: Choice<LayerSpec> = Choice(
    noun: "layer",
    methods: [dense, embedding, flatten, reshape, pixelSequence, convolution] + poolings
      + furtherConvolutions
      + normalizations + blocks + recurrentLayers + regularizingLayers + activationLayers
      + [activation])

  /// The layers of a network or of a block.
  static let layerList: ValueCodec<[LayerSpec]> = ValueCodec(
    grammar: { .list(ListGrammar(words: layerListWords) { layers.codec.grammar() }) },
    decode: { (node, place) throws(ConfigurationError) in
      let specs = try layers.codec.list(layerListWords).decode(node, place)
      guard !specs.isEmpty else { throw place.mismatch(node, layerListWords) }
      return specs
    },
    encode: { .list($0.map(layers.encode)) })

  private static let layerListWords = "a list of at least one layer"

  /// A row for a layer that is a value of its own type.
  static func method<Body: Layer>(
    _ names: [String], _ doc: String, _ initial: Body, shorthand: String? = nil,
    _ fields: [Field<Named<Body>>]
  ) -> Method<LayerSpec> {
    Method(
      names, doc,
      Section(
        Named(body: initial), shorthand: shorthand,
        fields: [Field("name", \.name, .layerName, nameDoc)] + fields),
      make: { settings, position in
        LayerSpec(
          .layer(settings.body), name: settings.name, location: position.description,
          rateMultiplier: settings.rateMultiplier)
      },
      settings: { spec in
        guard case .layer(let layer) = spec.body, let body = layer as? Body else {
          return nil
        }
        return Named(name: spec.name, body: body, rateMultiplier: spec.rateMultiplier)
      })
  }

  private static let dense: Method<LayerSpec> = method(
    ["dense"],
    "A fully connected layer: y = f(W·x + b); of a sequence [steps, features], in every step.",
    Dense(units: 0, initializer: GlorotUniform(), biasInitializer: Zeros()), shorthand: "units",
    [
      Field(
        "units", \.body.units, .integer(atLeast: 1, atMost: Bound.extent), required: true,
        "The number of outputs."),
      Field("activation", \.body.activation, activations.codec, "The function f."),
      Field("use_bias", \.body.usesBias, .truth, "Whether b is there."),
      Field("initializer", \.body.initializer, initializers.codec, "How W is drawn."),
      Field("bias_initializer", \.body.biasInitializer, initializers.codec, "How b is drawn."),
      Field("l1", \.body.l1, penalty, "The layer's own l1, in place of the regularization's."),
      Field("l2", \.body.l2, penalty, "The layer's own l2, in place of the regularization's."),
      rateMultiplier(),
      constraint("constraint", \.body.constraint, "W"),
      constraint("bias_constraint", \.body.biasConstraint, "b"),
      Field("activity_regularizer", \.body.activityRegularizer, activityPenalty, activityDoc),
    ])

  private static let embedding: Method<LayerSpec> = method(
    ["embedding"],
    "A learnt row of numbers for every id of a sequence [steps]: the output is [steps, units]. Ids are "
      + "whole numbers from 0 in the network's input.",
    Embedding(vocabulary: 0, units: 0),
    [
      Field(
        "vocabulary", \.body.vocabulary, .integer(atLeast: 1, atMost: Bound.extent), required: true,
        "The number of ids."),
      Field(
        "units", \.body.units, .integer(atLeast: 1, atMost: Bound.extent), required: true,
        "The numbers that stand for an id."),
      Field("initializer", \.body.initializer, initializers.codec, "How they are drawn."),
      Field(
        "mask_zero", \.body.masksZero, .truth,
        "Whether the id 0 is padding, which `masking` tells of sequences of numbers."),
      Field("l1", \.body.l1, penalty, "The layer's own l1, in place of the regularization's."),
      Field("l2", \.body.l2, penalty, "The layer's own l2, in place of the regularization's."),
      rateMultiplier(),
    ])

  static func rateMultiplier<Body: Layer>() -> Field<Named<Body>> {
    Field(
      "learning_rate_multiplier", \.rateMultiplier, penalty,
      "What the learning rate is multiplied by for this layer, in place of the optimizer's "
        + "layer_multipliers; 0 keeps its parameters as they are.")
  }

  static let penalty = ValueCodec<Float>.number(.nonNegative).optional

  private static let flatten: Method<LayerSpec> = method(
    ["flatten"], "Lays the elements of a sample in one row.", Flatten(), [])

  private static let reshape: Method<LayerSpec> = method(
    ["reshape"], "Gives the elements of a sample another shape of the same count.", Reshape([]),
    shorthand: "shape",
    [
      Field(
        "shape", \.body.dimensions, .shape(inferred: true), required: true,
        "The new shape without the batch; images are [channels, height, width].")
    ])

  private static let pixelSequence: Method<LayerSpec> = method(
    ["pixel_sequence"],
    "Makes the pixels of an image [channels, height, width] the steps of a sequence [height·width, channels], "
      + "row after row, so that each has a class of its own; of [channels, length] it makes [length, channels].",
    PixelSequence(), [])

  private static let convolution: Method<LayerSpec> = method(
    ["conv2d"], "Two-dimensional convolution of an image [channels, height, width].",
    Convolution2D(
      filters: 0, kernel: Extent2D(1, 1), initializer: GlorotUniform(), biasInitializer: Zeros()),
    [
      Field(
        "filters", \.body.filters, .integer(atLeast: 1, atMost: Bound.extent), required: true,
        "The number of output channels."),
      Field("kernel", \.body.kernel, .extent, required: true, "The extent of the kernel."),
      Field("stride", \.body.stride, .extent, "The step of the kernel."),
      Field("padding", \.body.padding, .padding, paddingDoc),
      Field("dilation", \.body.dilation, .extent, "The distance between the kernel's taps."),
      Field(
        "groups", \.body.groups, .integer(atLeast: 1, atMost: Bound.extent),
        "Into how many independent groups the channels are cut."),
      Field("activation", \.body.activation, activations.codec, "The function after the sum."),
      Field("use_bias", \.body.usesBias, .truth, "Whether a bias per channel is added."),
      Field("initializer", \.body.initializer, initializers.codec, "How the kernel is drawn."),
      Field(
        "bias_initializer", \.body.biasInitializer, initializers.codec, "How the bias is drawn."),
      Field("l1", \.body.l1, penalty, "The layer's own l1, in place of the regularization's."),
      Field("l2", \.body.l2, penalty, "The layer's own l2, in place of the regularization's."),
      rateMultiplier(),
      constraint("constraint", \.body.constraint, "W"),
      constraint("bias_constraint", \.body.biasConstraint, "b"),
      Field("activity_regularizer", \.body.activityRegularizer, activityPenalty, activityDoc),
    ])

  static let paddingDoc =
    "The zeros around the image: none (`valid`), as many as make the output ⌈size/stride⌉ (`same`), "
    + "or so many."

  private static let poolings: [Method<LayerSpec>] = [
    pooling(["max_pool2d", "max_pooling2d"], .max, "The largest element of each window."),
    pooling(
      ["average_pool2d", "average_pooling2d"], .average,
      "The mean of each window; padding does not count."),
    method(
      ["global_average_pool2d", "global_average_pooling2d"],
      "The mean of each channel over the whole image.", GlobalAveragePooling2D(), []),
  ]

  private static func pooling(_ names: [String], _ kind: Pooling2D.Method, _ doc: String)
    -> Method<LayerSpec>
  {
    Method(
      names, doc,
      Section(
        Named(body: PoolingSettings()), shorthand: "size",
        fields: [
          Field("name", \.name, .layerName, nameDoc),
          Field(
            "size", \.body.size, .extent, required: true, "The extent of the window."),
          Field(
            "stride", \.body.stride, ValueCodec.extent.optional,
            "The step of the window; unset it is the window's size."),
          Field("padding", \.body.padding, .padding, paddingDoc),
        ]),
      make: { settings, position in
        let body = settings.body
        let layer = Pooling2D(
          kind, size: body.size, stride: body.stride, padding: body.padding)
        return LayerSpec(.layer(layer), name: settings.name, location: position.description)
      },
      settings: { spec in
        guard case .layer(let layer) = spec.body, let layer = layer as? Pooling2D,
          layer.method == kind
        else { return nil }
        let body = PoolingSettings(
          size: layer.size, stride: layer.stride, padding: layer.padding)
        return Named(name: spec.name, body: body)
      })
  }

  /// `- activation: tanh`, another way to write `- tanh`.
  private static let activation = Method<LayerSpec>(
    ["activation"], "An activation as a layer of its own; the same as its name alone.",
    Section(
      Named<Activation>(body: .linear), shorthand: "function",
      fields: [
        Field("name", \.name, .layerName, nameDoc),
        Field(
          "function", \.body, activations.codec, required: true, "The activation."),
      ]),
    make: { settings, position in
      LayerSpec(
        .layer(ActivationLayer(settings.body)), name: settings.name,
        location: position.description)
    },
    settings: { _ in nil })
}
