import Layers
import Models
import OneDNN
import Tensors

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

  /// Runs the layer on the whole batch, then row by row.
  ///
  /// A network never computes the gradient by its own input. So each row is also handed over as the
  /// weights of a dense layer whose only input is 1: the gradient by those weights is that by the row.
  func computed() throws -> Result {
    let rows = inputShape[0]
    let width = input.count / rows
    let whole = try run(rows: rows, behind: nil)
    var inputGradient: [Float] = []
    for row in 0..<rows {
      let single = try run(rows: 1, behind: Array(input[row * width..<(row + 1) * width]), row: row)
      inputGradient += single.inputGradient
    }
    return Result(
      output: whole.output, inputGradient: inputGradient,
      parameterGradients: whole.parameterGradients)
  }

  /// The whole batch as the network's input; or one row, as the weights of a dense layer without
  /// bias whose input is 1.
  private func run(rows: Int, behind values: [Float]?, row: Int = 0) throws -> Result {
    let shape = Array(inputShape.dropFirst())
    let layers: [LayerSpec]
    if let values {
      let source = Dense(
        units: values.count, usesBias: false, initializer: Zeros(), biasInitializer: Zeros())
      layers = [
        LayerSpec(.layer(source), name: "source"), LayerSpec(.layer(Reshape(shape))),
        LayerSpec(.layer(try make())),
      ]
    } else {
      layers = [LayerSpec(.layer(try make()))]
    }
    let engine = try Engine()
    let network = try Network(
      try NetworkGraph(NetworkSpec(layers), inputShape: values == nil ? Shape(shape) : [1]),
      mainRows: rows, dropoutKey: RandomKey(low: 0, high: 0), engine: engine,
      stream: try Stream(engine: engine))
    try network.compile(training: [rows], inference: [])
    let store = network.parameters
    let own = store.entries.filter { $0.name != "source.weight" }
    for (entry, values) in zip(own, parameters) {
      store.write(FloatStorage(values).span, to: entry)
    }
    if let values, let source = store.entry("source.weight") {
      store.write(FloatStorage(values).span, to: source)
    }
    let plan = network.plan(rows: rows, isTraining: true)
    let storage = FloatStorage(values == nil ? input : [1])
    plan.moveInput(to: storage, at: 0)
    plan.forward()
    let output = (0..<plan.output.count).map { plan.output[$0] }
    guard !store.entries.isEmpty else {
      return Result(output: output, inputGradient: [], parameterGradients: [])
    }
    var gradient = plan.outputGradient
    for i in 0..<output.count { gradient[i] = seed[row * output.count + i] }
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

  private func make() throws -> any Layer {
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
        units: outputShape[1], activation: activation, usesBias: parameters.count == 2,
        initializer: Zeros(), biasInitializer: Zeros())
    default: throw Failure(reason: "no layer \(words[0])")
    }
  }
}
