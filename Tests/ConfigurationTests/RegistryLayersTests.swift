import Layers
import Models
import Testing

@testable import Configuration

@Suite struct RegistryLayersTests {
  private struct Mismatch: Error {}

  /// The first layer of a network, written as `entry`.
  private func spec(_ entry: String) throws -> LayerSpec {
    // Not the last one, whose activation the objective may choose.
    try load(smallText, "model=[\(entry), linear]").model.layers[0]
  }

  private func layer<L: Layer>(_ entry: String, _ type: L.Type) throws -> L {
    guard case .layer(let layer) = try spec(entry).body else { throw Mismatch() }
    return try #require(layer as? L)
  }

  @Test func denseHasItsDefaults() throws {
    let dense = try layer("dense: {units: 3}", Dense.self)
    #expect(dense.units == 3)
    #expect(dense.activation == .linear)
    #expect(dense.usesBias)
    #expect(dense.initializer is GlorotUniform)
    #expect(dense.biasInitializer is Zeros)
    #expect(dense.l1 == nil && dense.l2 == nil)
  }

  @Test func sequencesHaveTheirSettings() throws {
    let embedding = try layer(
      "embedding: {vocabulary: 5, units: 3, initializer: ones}", Embedding.self)
    #expect(embedding.vocabulary == 5 && embedding.units == 3)
    #expect(embedding.initializer is Ones)
    #expect(try layer("lstm: {units: 3}", LSTM.self).settings.truncation == nil)
    #expect(try layer("gru: {units: 3, truncate: 7}", GRU.self).settings.truncation == 7)
    let dropping = try layer(
      "lstm: {units: 3, dropout: 0.25, recurrent_dropout: 0.5}", LSTM.self)
    #expect(dropping.settings.dropout == 0.25 && dropping.settings.recurrentDropout == 0.5)
    #expect(throws: (any Error).self) { try layer("gru: {units: 3, dropout: 1}", GRU.self) }
  }

  @Test func denseTakesItsSettings() throws {
    let dense = try layer(
      "dense: {units: 3, activation: tanh, use_bias: false, initializer: he_normal, "
        + "bias_initializer: glorot_uniform, l1: 0.1, l2: 0}", Dense.self)
    #expect(dense.activation == .tanh)
    #expect(!dense.usesBias)
    #expect(dense.initializer is HeNormal)
    #expect(dense.biasInitializer is GlorotUniform)
    #expect(dense.l1 == 0.1 && dense.l2 == 0)
  }

  @Test(arguments: [
    ("linear", Activation.linear), ("relu", .relu()), ("sigmoid", .sigmoid), ("tanh", .tanh),
    ("softmax", .softmax), ("softplus", .softplus), ("softsign", .softsign), ("elu", .elu()),
    ("selu", .selu), ("leaky_relu", .leakyReLU()), ("exponential", .exponential),
    ("hard_sigmoid", .hardSigmoid), ("gelu", .gelu()), ("swish", .swish), ("silu", .swish),
    ("relu: {derivative_at_zero: 0.5}", .relu(derivativeAtZero: 0.5)),
    ("elu: {alpha: 0.5}", .elu(alpha: 0.5)),
    ("leaky_relu: {negative_slope: 0.01}", .leakyReLU(negativeSlope: 0.01)),
    ("gelu: {approximate: true}", .gelu(approximate: true)),
  ])
  func activationsStandAloneOrWithinALayer(text: String, activation: Activation) throws {
    #expect(try layer(text, ActivationLayer.self).activation == activation)
    let inner = text.contains(":") ? "{\(text)}" : text
    #expect(try layer("activation: \(inner)", ActivationLayer.self).activation == activation)
    #expect(
      try layer("activation: {function: \(inner), name: a}", ActivationLayer.self).activation
        == activation)
    #expect(
      try layer("dense: {units: 1, activation: \(inner)}", Dense.self).activation == activation)
  }

  @Test func convolutionHasItsDefaults() throws {
    let conv = try layer("conv2d: {filters: 8, kernel: 3}", Convolution2D.self)
    #expect(conv.filters == 8)
    #expect(conv.kernel == Extent2D(3, 3))
    #expect(conv.stride == Extent2D(1, 1))
    #expect(conv.padding == .valid)
    #expect(conv.dilation == Extent2D(1, 1))
    #expect(conv.groups == 1)
    #expect(conv.activation == .linear)
  }

  @Test(arguments: [
    ("valid", Padding.valid), ("same", .same),
    ("0", .explicit(top: 0, left: 0, bottom: 0, right: 0)),
    ("2", .explicit(top: 2, left: 2, bottom: 2, right: 2)),
    ("[1, 2]", .explicit(top: 1, left: 2, bottom: 1, right: 2)),
    ("[1, 2, 3, 4]", .explicit(top: 1, left: 2, bottom: 3, right: 4)),
  ])
  func paddingHasItsForms(text: String, padding: Padding) throws {
    let conv = try layer("conv2d: {filters: 1, kernel: 9, padding: \(text)}", Convolution2D.self)
    #expect(conv.padding == padding)
  }

  @Test(arguments: ["[1]", "[1, 2, 3]", "[1, 2, 3, 4, 5]", "-1", "[1, -1]", "full", "1.5"])
  func otherPaddingIsRefused(text: String) {
    let error = failure(smallText, ["model=[conv2d: {filters: 1, kernel: 9, padding: \(text)}]"])
    #expect(error.message.contains("it must be valid, same, an integer"), "\(error)")
  }

  @Test func poolingFollowsItsSize() throws {
    for name in ["max_pool2d", "max_pooling2d"] {
      let pool = try layer("\(name): 2", Pooling2D.self)
      #expect(pool.method == .max)
      #expect(pool.size == Extent2D(2, 2) && pool.stride == Extent2D(2, 2))
    }
    for name in ["average_pool2d", "average_pooling2d"] {
      let pool = try layer("\(name): {size: [2, 3], stride: 1, padding: same}", Pooling2D.self)
      #expect(pool.method == .average)
      #expect(pool.size == Extent2D(2, 3) && pool.stride == Extent2D(1, 1))
      #expect(pool.padding == .same)
    }
    _ = try layer("global_average_pool2d", GlobalAveragePooling2D.self)
    _ = try layer("global_average_pooling2d", GlobalAveragePooling2D.self)
  }

  @Test func theOtherLayersHaveTheirShortForms() throws {
    #expect(try layer("dropout: 0.25", Dropout.self).rate == 0.25)
    #expect(try layer("dropout: {rate: 0.25}", Dropout.self).rate == 0.25)
    #expect(try layer("reshape: [1, -1]", Reshape.self).dimensions == [1, -1])
    #expect(try layer("reshape: {shape: [4]}", Reshape.self).dimensions == [4])
    _ = try layer("flatten", Flatten.self)
    _ = try layer("flatten: {}", Flatten.self)
  }

  @Test func blocksHoldLayers() throws {
    for text in [
      "residual: [flatten, dropout: 0.5]", "residual: {layers: [flatten, dropout: 0.5]}",
    ] {
      guard case .residual(let block) = try spec(text).body else { throw Mismatch() }
      #expect(block.layers.count == 2)
      #expect(block.projection is GlorotUniform)
    }
    guard
      case .residual(let block) = try spec(
        "residual: {layers: [flatten], projection_initializer: zeros}"
      ).body
    else { throw Mismatch() }
    #expect(block.projection is Zeros)
    #expect(failure(smallText, ["model=[residual: []]"]).message.contains("at least one layer"))
  }

  @Test func branchesAndCopiesAreRead() throws {
    for text in [
      "parallel: [[relu], [flatten, relu]]", "parallel: {branches: [[relu], [flatten, relu]]}",
    ] {
      guard case .parallel(let branches, let merge) = try spec(text).body else { throw Mismatch() }
      #expect(branches.map(\.count) == [1, 2] && merge == .sum)
    }
    guard
      case .repetition(let layers, let times) = try spec("repeat: {times: 3, layers: [relu]}").body
    else { throw Mismatch() }
    #expect(layers.count == 1 && times == 3)
    guard
      case .stages(let stages) = try spec(
        "residual_stages: {blocks: 2, filters: [4, 8], order: pre, shortcut: projection}"
      ).body
    else { throw Mismatch() }
    #expect(stages.blocks == 2 && stages.filters == [4, 8])
    #expect(stages.order == .pre && stages.shortcut == .projection)
    for (depth, blocks) in [(20, 3), (56, 9), (8, 1)] {
      guard
        case .stages(let deep) = try spec(
          "residual_stages: {depth: \(depth), filters: [4, 8, 16]}"
        ).body
      else { throw Mismatch() }
      #expect(deep.blocks == blocks)
    }
    for (settings, words) in [
      (
        "depth: 21, filters: [4, 8, 16]",
        "is 21, but 3 stages make networks of 6n + 2 layers, such as 20 or 26"
      ),
      ("depth: 2, filters: [4, 8, 16]", "such as 8 or 14"),
      ("depth: 8, blocks: 1, filters: [4, 8, 16]", "needs either blocks, n, or depth"),
      ("filters: [4, 8, 16]", "needs either blocks, n, or depth"),
    ] {
      let error = failure(smallText, ["model=[residual_stages: {\(settings)}]"])
      #expect(error.message.contains(words), "\(error)")
    }
    let error = failure(
      smallText, ["model=[parallel: [[dense: {units: 1, name: a}], [dense: {units: 1, name: a}]]]"])
    #expect(error.message.contains("the layer name \"a\" is taken"), "\(error)")
  }

  @Test func linesAreRead() throws {
    let line = try layer(
      "conv1d: {filters: 2, kernel: 5, stride: 2, padding: [2, 1], dilation: 3}", Convolution1D.self
    ).convolution
    #expect(line.kernel == Extent2D(1, 5) && line.stride == Extent2D(1, 2))
    #expect(line.dilation == Extent2D(1, 3))
    #expect(line.padding == .explicit(top: 0, left: 2, bottom: 0, right: 1))
    let pool = try layer("max_pool1d: 3", Pooling1D.self).pooling
    #expect(pool.size == Extent2D(1, 3) && pool.stride == Extent2D(1, 3) && pool.method == .max)
    #expect(
      failure(smallText, ["model=[max_pool1d: {size: 1, padding: [1, 2, 3]}]"]).message.contains(
        "it must be valid, same, an integer up to 32768 or [left, right]"))
  }

  @Test(arguments: [
    "dense: {units: 1, name: x}", "flatten: {name: x}", "relu: {name: x}",
    "activation: {function: relu, name: x}", "conv2d: {filters: 1, kernel: 1, name: x}",
    "max_pool2d: {size: 1, name: x}", "residual: {layers: [relu], name: x}",
    "dropout: {rate: 0.5, name: x}", "reshape: {shape: [1], name: x}",
    "global_average_pool2d: {name: x}", "batch_normalization: {name: x}",
    "layer_normalization: {name: x}", "group_normalization: {name: x}",
    "parallel: {branches: [[relu]], name: x}", "conv1d: {filters: 1, kernel: 1, name: x}",
    "max_pool1d: {size: 1, name: x}", "residual_stages: {blocks: 1, filters: [1], name: x}",
    "depthwise_conv2d: {kernel: 1, name: x}", "conv2d_transpose: {filters: 1, kernel: 1, name: x}",
    "zero_padding2d: {name: x}", "upsampling2d: {name: x}",
    "stochastic_depth: {rate: 0.1, name: x}",
  ])
  func everyLayerTakesAName(text: String) throws {
    #expect(try spec(text).name == "x")
  }

  @Test func everyLayerKnowsWhereItWasWritten() throws {
    let run = try load(
      """
      data: digits
      model:
        - flatten
        - residual:
            - relu
        - dense: {units: 10, activation: softmax}
      objective: categorical_crossentropy
      optimizer: sgd
      """)
    #expect(run.model.layers.map(\.location) == ["a.yaml:3:5", "a.yaml:4:5", "a.yaml:6:5"])
    guard case .residual(let block) = run.model.layers[1].body else { throw Mismatch() }
    #expect(block.layers[0].location == "a.yaml:5:9")
  }

  @Test(arguments: ["0", "1.5", "[2]", "[1, 2, 3]", "[0, 1]", "two"])
  func otherExtentsAreRefused(text: String) {
    let error = failure(smallText, ["model=[max_pool2d: {size: \(text)}]"])
    #expect(error.message.contains("it must be an integer from 1 to 32768, or [height, width]"))
  }

  @Test(arguments: ["[]", "[0]", "[-2]", "[a]", "3"])
  func otherShapesAreRefused(text: String) {
    let error = failure(smallText, ["model=[reshape: {shape: \(text)}]"])
    #expect(error.message.contains("it must be a list of integers"))
  }

  @Test func twoLayersMayNotShareAName() {
    let error = failure(
      smallText, ["model=[relu: {name: x}, residual: [tanh: {name: x}]]"])
    #expect(error.message.contains("the layer name \"x\" is taken at --set model="), "\(error)")
  }
}
