import Layers
import Models
import OneDNN
import Tensors
import Testing

/// One layer of the golden file: its settings, what goes in and what must come out.
struct LayerCase: Decodable {
  var layer: String
  var settings: [String: [Int]]
  var inputShape: [Int]
  var input: [Float]
  var parameters: [[Float]]
  var seed: [Float]
  var outputShape: [Int]
  var output: [Double]
  var inputGradient: [Double]
  var parameterGradients: [[Double]]

  static let activations: [String: Activation] = [
    "linear": .linear, "relu": .relu(), "sigmoid": .sigmoid, "tanh": .tanh, "softmax": .softmax,
    "softplus": .softplus, "softsign": .softsign, "elu": .elu(), "selu": .selu,
    "leaky_relu": .leakyReLU(), "exponential": .exponential, "hard_sigmoid": .hardSigmoid,
    "gelu": .gelu(), "gelu_tanh": .gelu(approximate: true), "swish": .swish,
  ]

  /// Why a case cannot be computed.
  struct Failure: Error { var reason: String }

  /// What the layer computes.
  struct Result {
    var output: [Float]
    var inputGradient: [Float]
    var parameterGradients: [[Float]]
  }

  /// Runs the layer on the batch as a network's input, and behind a layer that makes the batch.
  ///
  /// A network never computes the gradient by its own input. So the batch is also handed over as the
  /// weights of a dense layer whose input rows are those of the unit matrix: the gradient by those
  /// weights is that by the batch.
  func computed(
    precision: Precision = .float32, isNative: Bool? = nil
  ) throws -> Result {
    func run(behind values: [Float]?) throws -> Result {
      try self.run(behind: values, precision, isNative)
    }
    let rows = inputShape[0]
    let width = input.count / rows
    let whole = try run(behind: nil)
    // Ids have no gradient.
    if layer == "embedding" { return whole }
    var columns = [Float](repeating: 0, count: input.count)
    for row in 0..<rows {
      for i in 0..<width { columns[i * rows + row] = input[row * width + i] }
    }
    let found = try run(behind: columns)
    var gradient = [Float](repeating: 0, count: input.count)
    for row in 0..<rows {
      for i in 0..<width { gradient[row * width + i] = found.inputGradient[i * rows + row] }
    }
    return Result(
      output: whole.output, inputGradient: gradient,
      parameterGradients: whole.parameterGradients)
  }

  private func run(
    behind values: [Float]?, _ precision: Precision, _ isNative: Bool?
  ) throws -> Result {
    let rows = inputShape[0]
    let shape = Array(inputShape.dropFirst())
    var layers = [LayerSpec(try make())]
    if values != nil {
      let source = Dense(
        units: input.count / rows, usesBias: false, initializer: Zeros(), biasInitializer: Zeros())
      layers =
        [
          LayerSpec(.layer(source), name: "source"), LayerSpec(.layer(Reshape(shape))),
        ] + layers
    }
    let engine = try Engine(bfloat16: isNative)
    var graph = try NetworkGraph(
      NetworkSpec(layers), inputShape: values == nil ? Shape(shape) : [rows])
    graph.precision = precision
    let network = try Network(
      graph, mainRows: rows, dropoutKey: RandomKey(low: 0, high: 0), engine: engine,
      stream: try Stream(engine: engine))
    try network.compile(training: [rows], inference: [])
    let samples = (0..<rows).map { 3 + 7 * $0 }
    network.context.setSamples(samples.span)
    let store = network.parameters
    let own = store.entries.filter { $0.name != "source.weight" }
    for (entry, values) in zip(own, parameters) {
      store.write(FloatStorage(values).span, to: entry)
    }
    if let values, let source = store.entry("source.weight") {
      store.write(FloatStorage(values).span, to: source)
    }
    let plan = network.plan(rows: rows, isTraining: true)
    let unit = (0..<rows * rows).map { Float($0 / rows == $0 % rows ? 1 : 0) }
    let storage = FloatStorage(values == nil ? input : unit)
    plan.moveInput(to: storage, at: 0)
    plan.forward()
    let output = (0..<plan.output.count).map { plan.output[$0] }
    guard !store.entries.isEmpty else {
      return Result(output: output, inputGradient: [], parameterGradients: [])
    }
    var gradient = plan.outputGradient
    for i in 0..<output.count { gradient[i] = seed[i] }
    let arena = FloatStorage([Float](repeating: .nan, count: store.weights.count))
    plan.backward(into: arena)
    func read(_ entry: ParameterStore.Entry) -> [Float] {
      let plain = FloatStorage(count: entry.spec.shape.count)
      var span = plain.mutableSpan
      store.read(entry, from: arena, into: &span)
      return plain.array
    }
    return Result(
      output: output, inputGradient: store.entry("source.weight").map(read) ?? [],
      parameterGradients: own.map(read))
  }

  private func make() throws -> LayerSpec.Body {
    if let block = try makeBlock() { return block }
    return .layer(try makeLayer())
  }

  private func makeLayer() throws -> any Layer {
    if let layer = try makeFurther() { return layer }
    if let layer = try makeRecurrent() { return layer }
    let words = layer.split(separator: " ").map(String.init)
    func pair(_ name: String, _ standard: Int = 1) -> Extent2D {
      let values = settings[name] ?? [standard, standard]
      return Extent2D(values[0], values[1])
    }
    let sides = settings["padding"] ?? [0, 0, 0, 0]
    let padding = Padding.explicit(
      top: sides[0], left: sides[1], bottom: sides[2], right: sides[3])
    switch words[0] {
    case "conv2d":
      return Convolution2D(
        filters: outputShape[1], kernel: pair("kernel"), stride: pair("stride"), padding: padding,
        dilation: pair("dilation"), groups: settings["groups"]?[0] ?? 1, initializer: Zeros(),
        biasInitializer: Zeros())
    case "max_pool2d", "average_pool2d":
      return Pooling2D(
        words[0] == "max_pool2d" ? .max : .average, size: pair("window"), stride: pair("stride"),
        padding: padding)
    case "global_average_pool2d": return GlobalAveragePooling2D()
    case "activation", "dense":
      guard let activation = LayerCase.activations[words[1]] else {
        throw Failure(reason: "no activation \(words[1])")
      }
      if words[0] == "activation" { return ActivationLayer(activation) }
      return Dense(
        units: outputShape[outputShape.count - 1], activation: activation,
        usesBias: parameters.count == 2, initializer: Zeros(), biasInitializer: Zeros())
    default: throw Failure(reason: "no layer \(words[0])")
    }
  }

  /// Blocks of which the parts are activations.
  private func makeBlock() throws -> LayerSpec.Body? {
    let words = layer.split(separator: " ").map(String.init)
    func apply(_ activation: Activation) -> LayerSpec {
      LayerSpec(.layer(ActivationLayer(activation)))
    }
    switch words[0] {
    case "parallel":
      guard let merge = BranchMerge(rawValue: words[1]) else {
        throw Failure(reason: "no merge \(words[1])")
      }
      return .parallel([[apply(.tanh)], [apply(.sigmoid)], []], merge: merge)
    case "stages":
      var stages = ResidualStages(
        blocks: settings["blocks"]?[0] ?? 1, filters: settings["filters"] ?? [])
      guard let order = ResidualStages.Order(rawValue: words[1]),
        let shortcut = ResidualSpec.Shortcut(rawValue: words[2])
      else { throw Failure(reason: "no \(layer)") }
      (stages.order, stages.shortcut) = (order, shortcut)
      return .stages(stages)
    case "residual":
      let units = outputShape[outputShape.count - 1]
      let dense = Dense(
        units: units, activation: .tanh, initializer: Zeros(), biasInitializer: Zeros())
      let line = Convolution1D(
        Convolution2D(
          filters: outputShape[1], kernel: Extent2D(1, 3), stride: Extent2D(1, 2),
          padding: .explicit(top: 0, left: 1, bottom: 0, right: 1), activation: .tanh,
          initializer: Zeros(), biasInitializer: Zeros()))
      if layer == "residual sequence" { return .residual(ResidualSpec([LayerSpec(.layer(dense))])) }
      if layer == "residual line" { return .residual(ResidualSpec([LayerSpec(.layer(line))])) }
      var block = ResidualSpec([apply(.tanh)])
      block.activation = .relu()
      return .residual(block)
    default: return nil
    }
  }

  /// Normalizations, sequences, and what moves positions.
  private func makeFurther() throws -> (any Layer)? {
    func pair(_ name: String) -> Extent2D {
      let values = settings[name] ?? [1]
      return values.count == 1 ? Extent2D(1, values[0]) : Extent2D(values[0], values[1])
    }
    let sides = settings["padding"] ?? [0, 0, 0, 0]
    let padding =
      sides.count == 2
      ? Padding.explicit(top: 0, left: sides[0], bottom: 0, right: sides[1])
      : Padding.explicit(top: sides[0], left: sides[1], bottom: sides[2], right: sides[3])
    let convolution = Convolution2D(
      filters: outputShape[1], kernel: pair("kernel"), stride: pair("stride"), padding: padding,
      dilation: pair("dilation"), groups: settings["groups"]?[0] ?? 1, initializer: Zeros(),
      biasInitializer: Zeros())
    switch layer {
    case "batch_norm": return BatchNormalization()
    case "layer_norm": return LayerNormalization()
    case "layer_norm per_step": return LayerNormalization(isPerStep: true)
    case "pixel_sequence": return PixelSequence()
    case "softmax of channels": return ActivationLayer(.softmax)
    case "group_norm": return GroupNormalization(groups: settings["groups"]?[0] ?? 1)
    case "depthwise_conv":
      return DepthwiseConvolution2D(convolution, multiplier: settings["multiplier"]?[0] ?? 1)
    case "conv_transpose":
      return TransposedConvolution2D(
        filters: outputShape[1], kernel: pair("kernel"), stride: pair("stride"), padding: padding,
        dilation: pair("dilation"), initializer: Zeros(), biasInitializer: Zeros())
    case "conv1d": return Convolution1D(convolution)
    case "max_pool1d", "average_pool1d":
      return Pooling1D(
        Pooling2D(
          layer == "max_pool1d" ? .max : .average, size: pair("window"), stride: pair("stride")))
    case "global_average_pool1d": return GlobalAveragePooling1D()
    case "zero_padding": return ZeroPadding2D(padding)
    case "upsampling": return UpSampling2D(pair("size"))
    case "padded_shortcut": return PaddedShortcut(to: Shape(settings["target"] ?? []))
    default: return nil
    }
  }

  /// Embeddings, and recurrent layers in one direction or both.
  private func makeRecurrent() throws -> (any Layer)? {
    let words = layer.split(separator: " ").map(String.init)
    guard let units = settings["units"]?[0] else { return nil }
    if let vocabulary = settings["vocabulary"]?[0] {
      return Embedding(vocabulary: vocabulary, units: units)
    }
    var common = RecurrentSettings(units: units)
    common.returnsSequences = settings["sequences"] == [1]
    common.usesBias = settings["biases"] != [0]
    common.truncation = settings["truncate"]?[0]
    common.dropout = Float(settings["dropout"]?[0] ?? 0) / 100
    common.recurrentDropout = Float(settings["recurrent_dropout"]?[0] ?? 0) / 100
    common.usesRecurrentBias = settings["biases"] == [2]
    let single: any RecurrentLayer
    switch words[0] {
    case "lstm": single = LSTM(common)
    case "gru": single = GRU(common)
    default:
      var simple = SimpleRNN(common)
      if words[1] == "relu" { simple.activation = .relu }
      single = simple
    }
    let merge = words[words.count - 1]
    if merge == "forward" { return single }
    return Bidirectional(
      single, merge: try #require(Bidirectional.Merge(rawValue: merge)))
  }
}
