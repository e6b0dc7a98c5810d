import Layers
import Models
import Tensors

/// The settings of an input by name.
struct InputSettings: Sendable {
  var name = ""
}

/// The settings of branches that are made one.
struct ParallelSettings: Sendable {
  var branches: [[LayerSpec]] = []
  var merge = BranchMerge.sum
}

/// The settings of layers that are repeated.
struct RepetitionSettings: Sendable {
  var times = 1
  var layers: [LayerSpec] = []
}

/// The settings of stages, whose blocks may be told by the depth of the whole network.
struct StagesSettings: Sendable {
  var stages = ResidualStages(blocks: 1, filters: [])
  var blocks: Int?
  var depth: Int?

  /// Fills in the blocks: with s stages and a layer before and one behind them, 2s·n + 2 layers are deep.
  mutating func finish(
    _ node: ConfigurationNode, _ place: Place
  ) throws(ConfigurationError) {
    guard (blocks == nil) != (depth == nil) else {
      throw ConfigurationError(
        at: node.position,
        "\(place.text) needs either blocks, n, or depth, the layers of the whole network")
    }
    guard let depth else {
      stages.blocks = blocks ?? 1
      return
    }
    let step = 2 * stages.filters.count
    guard step > 0, depth > 2, (depth - 2).isMultiple(of: step) else {
      let below = max(1, step == 0 ? 1 : (depth - 2) / step)
      throw ConfigurationError(
        at: node["depth"]?.position ?? node.position,
        "\(place.child("depth").text) is \(depth), but \(stages.filters.count) stages make networks of"
          + " \(step)n + 2 layers, such as \(below * step + 2) or \((below + 1) * step + 2)")
    }
    stages.blocks = (depth - 2) / step
  }
}

extension Registry {
  /// The blocks: entries that hold layers, or become several.
  static let blocks: [Method<LayerSpec>] = [input, residual, parallel, repetition, stages]

  private static let input = Method<LayerSpec>(
    ["input"],
    "One of several inputs by name, at the beginning of the model or of a branch; two branches may read "
      + "the same.",
    Section(
      InputSettings(), shorthand: "of",
      fields: [
        Field(
          "of", \.name, .inputName, required: true,
          "The name of the input, which `data.train.inputs` gives.")
      ]),
    make: { settings, position in
      LayerSpec(.input(settings.name), location: position.description)
    },
    settings: { spec in
      guard case .input(let name) = spec.body else { return nil }
      return InputSettings(name: name)
    })

  private static let residual = Method<LayerSpec>(
    ["residual"], "A block y = g(f(x) + x), where f are its layers.",
    Section(
      Named(body: ResidualSpec([])), shorthand: "layers",
      fields: [
        Field("name", \.name, .layerName, "The block's name."),
        Field(
          "layers", \.body.layers, .deferred { layerList }, required: true,
          "The layers of f, one after the other."),
        Field(
          "activation", \.body.activation, activations.codec,
          "The function g behind the sum; relu in post-activation blocks."),
        Field(
          "shortcut", \.body.shortcut, .name,
          "The way around f where it changes the shape: a `projection` (dense, in each step of sequences, or convolution of one pixel "
            + "without bias), one with batch normalization behind it, or x `padded` with zeros for the channels it lacks, at every s-th "
            + "position. `none` leaves the way out everywhere: y = g(f(x)), to compare."),
        Field(
          "synchronized", \.body.normalization.isSynchronized, .truth,
          "Whether the batch normalization of a `normalized_projection` is synchronized."),
        Field(
          "projection_initializer", \.body.projection, initializers.codec,
          "How the weights of a projection are drawn."),
        Field(
          "stochastic_depth", \.body.depthRate, .number(.fraction),
          "The probability with which f is left out for a sample in training."),
      ]),
    make: { settings, position in
      LayerSpec(
        .residual(settings.body), name: settings.name, location: position.description)
    },
    settings: { spec in
      guard case .residual(let block) = spec.body else { return nil }
      return Named(name: spec.name, body: block)
    })

  private static let parallel = Method<LayerSpec>(
    ["parallel"], "Branches that all read the same input and are made one.",
    Section(
      Named(body: ParallelSettings()), shorthand: "branches",
      fields: [
        Field("name", \.name, .layerName, "The block's name."),
        Field(
          "branches", \.body.branches, .deferred { layerList.list("a list of lists of layers") },
          required: true, "The layers of each branch; `[linear]` hands the input on."),
        Field(
          "merge", \.body.merge, .name,
          "What becomes of the branches' outputs: their `sum`, `mean` or `product`, which need one "
            + "shape, or one after the other along the first dimension (`concatenate`), which is that of "
            + "channels, or along the features of each step of sequences (`concatenate_features`)."),
      ]),
    make: { settings, position in
      LayerSpec(
        .parallel(settings.body.branches, merge: settings.body.merge), name: settings.name,
        location: position.description)
    },
    settings: { spec in
      guard case .parallel(let branches, let merge) = spec.body else { return nil }
      return Named(name: spec.name, body: ParallelSettings(branches: branches, merge: merge))
    })

  private static let repetition = Method<LayerSpec>(
    ["repeat"],
    "Layers several times, one copy after the other; names in them get the copy's number.",
    Section(
      RepetitionSettings(),
      fields: [
        Field(
          "times", \.times, .integer(atLeast: 1, atMost: Bound.copies), required: true,
          "How many copies there are."),
        Field(
          "layers", \.layers, .deferred { layerList }, required: true, "The layers of a copy."),
      ]),
    make: { settings, position in
      LayerSpec(
        .repetition(settings.layers, times: settings.times), location: position.description)
    },
    settings: { spec in
      guard case .repetition(let layers, let times) = spec.body else { return nil }
      return RepetitionSettings(times: times, layers: layers)
    })

  private static let stages = Method<LayerSpec>(
    ["residual_stages"],
    "Stages of residual blocks of two 3×3 convolutions with batch normalization; each but the first "
      + "halves the image.",
    Section(
      Named(body: StagesSettings()),
      fields: [
        Field("name", \.name, .layerName, nameDoc),
        Field(
          "blocks", \.body.blocks, ValueCodec.integer(atLeast: 1, atMost: Bound.blocks).optional,
          "The blocks of a stage, n; three stages with a layer before and one behind are 6n + 2 deep."
        ),
        Field(
          "depth", \.body.depth, ValueCodec.integer(atLeast: 1, atMost: Bound.copies).optional,
          "In place of `blocks`: the layers of the whole network, such as 20 or 56 with three stages."
        ),
        Field(
          "filters", \.body.stages.filters, .shape(), required: true, "The channels of each stage."),
        Field(
          "order", \.body.stages.order, .name,
          "Where normalization and ReLU stand: behind each convolution, and a ReLU behind the sum "
            + "(`post`), or before each convolution (`pre`)."),
        Field(
          "shortcut", \.body.stages.shortcut, .name,
          "The way around blocks that change the shape: `padded`, `projection` or "
            + "`normalized_projection`; `none` leaves the way "
            + "around every block out."),
        Field(
          "initializer", \.body.stages.initializer, initializers.codec, "How kernels are drawn."),
        Field(
          "stochastic_depth", \.body.stages.depthRate, .number(.fraction),
          "The probability with which the last block is left out for a sample in training; earlier "
            + "ones have less, in proportion to their place."),
        Field(
          "momentum", \.body.stages.normalization.momentum, .number(.unit),
          "The momentum of batch normalization."),
        Field(
          "epsilon", \.body.stages.normalization.epsilon, .number(.positive),
          "ε of batch normalization."),
        Field(
          "synchronized", \.body.stages.normalization.isSynchronized, .truth,
          "Whether batch normalization is synchronized."),
      ],
      finish: { (settings, node, place) throws(ConfigurationError) in
        try settings.body.finish(node, place)
      }),
    make: { settings, position in
      LayerSpec(
        .stages(settings.body.stages), name: settings.name, location: position.description)
    },
    settings: { spec in
      guard case .stages(let stages) = spec.body else { return nil }
      return Named(
        name: spec.name, body: StagesSettings(stages: stages, blocks: stages.blocks))
    })
}
