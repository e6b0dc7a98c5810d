import Layers
import Models
import OneDNN
import Tensors
import Testing

/// Draws that need no generator: a fixed, irregular sequence within ±0.5.
private struct Irregular: Initializer {
  var scale: Float = 1
  func fill(_ values: inout MutableSpan<Float>, shape: Shape, fans: Fans, key: RandomKey) {
    for i in 0..<values.count {
      let x = Double(i + 1) * 0.754_877_666_246_692_8 + Double(key.low % 97) * 0.013
      values[i] = scale * Float(x - x.rounded(.down) - 0.5)
    }
  }
}

private func dense(
  _ units: Int, _ activation: Activation = .linear, bias: Bool = true, name: String? = nil
) -> LayerSpec {
  LayerSpec(
    .layer(
      Dense(
        units: units, activation: activation, usesBias: bias, initializer: Irregular(),
        biasInitializer: Irregular(scale: 0.2))), name: name)
}

private func penalized(_ units: Int, _ activation: Activation = .linear) -> LayerSpec {
  var layer = Dense(
    units: units, activation: activation, initializer: Irregular(),
    biasInitializer: Irregular(scale: 0.2))
  layer.activityRegularizer = ActivityPenalty(l1: 0.05, l2: 0.2)
  return LayerSpec(.layer(layer))
}

private func conv(
  _ filters: Int, _ kernel: Int, stride: Int = 1, padding: Padding = .valid, dilation: Int = 1,
  groups: Int = 1, _ activation: Activation = .linear
) -> LayerSpec {
  LayerSpec(
    .layer(
      Convolution2D(
        filters: filters, kernel: Extent2D(kernel, kernel), stride: Extent2D(stride, stride),
        padding: padding, dilation: Extent2D(dilation, dilation), groups: groups,
        activation: activation, initializer: Irregular(), biasInitializer: Irregular(scale: 0.2))))
}

private func pool(
  _ method: Pooling2D.Method, _ size: Int, stride: Int? = nil, padding: Padding = .valid
) -> LayerSpec {
  LayerSpec(
    .layer(
      Pooling2D(
        method, size: Extent2D(size, size), stride: stride.map { Extent2D($0, $0) },
        padding: padding)))
}

private func layer(_ layer: any Layer) -> LayerSpec { LayerSpec(.layer(layer)) }

private func residual(_ layers: [LayerSpec]) -> LayerSpec {
  LayerSpec(.residual(ResidualSpec(layers, projection: Irregular())))
}

/// A network, its input and its gradient, which is compared with central differences of the
/// weighted sum Σ c·y of its outputs.
private struct GradientCase: CustomTestStringConvertible, Sendable {
  var testDescription: String
  var input: Shape
  var layers: [LayerSpec]

  init(_ name: String, _ input: Shape, _ layers: [LayerSpec]) {
    testDescription = name
    self.input = input
    self.layers = layers
  }
}

private let cases: [GradientCase] = {
  let smooth: [Activation] = [
    .linear, .sigmoid, .tanh, .softmax, .softplus, .softsign, .elu(alpha: 0.7), .selu,
    .exponential, .gelu(), .gelu(approximate: true), .swish, .relu(), .leakyReLU(),
    .hardSigmoid, .relu(derivativeAtZero: 0.5),
  ]
  var cases: [GradientCase] = []
  for activation in smooth {
    cases.append(GradientCase("dense \(activation)", [5], [dense(7, activation), dense(3)]))
    cases.append(
      GradientCase(
        "layer \(activation)", [5], [dense(7), layer(ActivationLayer(activation)), dense(3)]))
    if activation != .softmax {
      cases.append(
        GradientCase(
          "conv \(activation)", [3, 6, 6],
          [conv(5, 3, activation), conv(4, 3), layer(Flatten()), dense(2)]))
    }
  }
  return cases + normalized + blocks + [
    GradientCase("two dense without bias", [4], [dense(6, bias: false), dense(3, bias: false)]),
    GradientCase("rows of weights set apart", [128], [dense(3), dense(2)]),
    GradientCase("one unit", [1], [dense(1)]),
    GradientCase(
      "strided same", [2, 7, 7],
      [conv(4, 3, stride: 2, padding: .same), layer(Flatten()), dense(2)]),
    GradientCase(
      "explicit padding", [2, 5, 5],
      [
        conv(4, 3, padding: .explicit(top: 2, left: 0, bottom: 1, right: 2)), conv(3, 2),
        layer(Flatten()), dense(2),
      ]),
    GradientCase(
      "dilated", [2, 9, 9], [conv(4, 3, dilation: 2), conv(3, 2), layer(Flatten()), dense(2)]),
    GradientCase(
      "groups", [4, 6, 6], [conv(8, 3, groups: 2), conv(4, 2), layer(Flatten()), dense(2)]),
    GradientCase(
      "depthwise", [8, 6, 6], [conv(8, 3, groups: 8), conv(8, 2), layer(Flatten()), dense(2)]),
    GradientCase(
      "kernel of the image's size", [3, 4, 4], [conv(6, 4), layer(Flatten()), dense(2)]),
    GradientCase(
      "max pooling", [2, 8, 8], [conv(8, 3), pool(.max, 2), layer(Flatten()), dense(2)]),
    GradientCase(
      "overlapping max pooling", [2, 8, 8],
      [conv(5, 3), pool(.max, 3, stride: 2, padding: .same), layer(Flatten()), dense(2)]),
    GradientCase(
      "average pooling", [2, 8, 8],
      [conv(8, 3), pool(.average, 3, stride: 2, padding: .same), layer(Flatten()), dense(2)]),
    GradientCase(
      "global average pooling", [2, 8, 8], [conv(6, 3), layer(GlobalAveragePooling2D()), dense(2)]),
    GradientCase(
      "reshape", [24],
      [dense(32), layer(Reshape([2, 4, -1])), conv(3, 2), layer(Flatten()), dense(2)]),
    GradientCase(
      "residual identity", [6], [dense(6), residual([dense(6, .tanh), dense(6)]), dense(2)]),
    GradientCase("residual projection", [6], [residual([dense(9, .tanh)]), dense(2)]),
    GradientCase("residual first", [6], [residual([dense(6, .tanh)]), dense(2)]),
    GradientCase(
      "residual of a view", [6], [dense(6), residual([layer(ActivationLayer(.linear))]), dense(2)]),
    GradientCase(
      "nested residual", [6],
      [dense(6), residual([dense(6, .tanh), residual([dense(6, .sigmoid)])]), dense(2)]),
    GradientCase(
      "convolutional residual", [8, 6, 6],
      [
        conv(8, 3, padding: .same), residual([conv(8, 3, padding: .same, .tanh)]),
        residual([conv(12, 3, stride: 2, padding: .same, .tanh)]), layer(Flatten()), dense(2),
      ]),
    GradientCase("dropout", [6], [dense(8), layer(Dropout(rate: 0.4)), dense(2)]),
    GradientCase("dropout first", [6], [layer(Dropout(rate: 0.4)), dense(8), dense(2)]),
    GradientCase("gaussian dropout", [6], [dense(8), layer(GaussianDropout(rate: 0.3)), dense(2)]),
    GradientCase(
      "gaussian noise", [6],
      [dense(8), layer(GaussianNoise(standardDeviation: 0.3)), dense(5, .tanh), dense(2)]),
    GradientCase(
      "noise in blocks", [3, 6, 6],
      [
        conv(9, 3), layer(GaussianNoise(standardDeviation: 0.3)), conv(5, 2, .tanh),
        layer(Flatten()), dense(2),
      ]),
    GradientCase(
      "spatial dropout", [3, 6, 6],
      [conv(9, 3), layer(SpatialDropout(rate: 0.4)), conv(5, 2), layer(Flatten()), dense(2)]),
    GradientCase(
      "spatial dropout first", [3, 6, 6],
      [layer(SpatialDropout(rate: 0.4)), conv(5, 2), layer(Flatten()), dense(2)]),
    GradientCase(
      "activity regularization", [6],
      [
        dense(8, .tanh), layer(ActivityRegularization(ActivityPenalty(l1: 0.1, l2: 0.3))), dense(2),
      ]),
    GradientCase(
      "activity regularization in blocks", [3, 6, 6],
      [
        conv(9, 3, .tanh), layer(ActivityRegularization(ActivityPenalty(l2: 0.3))), conv(5, 2),
        layer(Flatten()), dense(2),
      ]),
    GradientCase("activity regularizers", [6], [penalized(8, .tanh), penalized(3)]),
    GradientCase(
      "convolutional dropout", [3, 6, 6],
      [conv(9, 3), layer(Dropout(rate: 0.4)), layer(Flatten()), dense(2)]),
  ]
}()

private func norm(_ usesScale: Bool = true, _ usesShift: Bool = true) -> LayerSpec {
  layer(
    BatchNormalization(
      usesScale: usesScale, usesShift: usesShift, initializer: Irregular(scale: 3),
      biasInitializer: Irregular()))
}

private let relu = layer(ActivationLayer(.relu()))

private let normalized: [GradientCase] = [
  GradientCase("batch normalization", [5], [dense(7), norm(), dense(3, .tanh), dense(2)]),
  GradientCase("batch normalization and relu", [5], [dense(20), norm(), relu, dense(3)]),
  GradientCase(
    "batch normalization without scale", [5], [dense(7), norm(false), relu, dense(3)]),
  GradientCase(
    "batch normalization without shift", [5], [dense(7), norm(true, false), dense(3, .tanh)]),
  GradientCase("batch normalization alone", [5], [dense(7), norm(false, false), dense(3, .tanh)]),
  GradientCase("batch normalization first", [5], [norm(), relu, dense(3)]),
  GradientCase(
    "batch normalization of images", [3, 6, 6],
    [conv(10, 3), norm(), relu, conv(5, 2), norm(), layer(Flatten()), dense(2)]),
  GradientCase(
    "batch normalization of an image's channels", [3, 4, 4],
    [norm(), conv(8, 3), norm(), relu, layer(GlobalAveragePooling2D()), dense(2)]),
  GradientCase(
    "batch normalization with two readers", [3, 4, 4],
    [
      conv(8, 3, padding: .same), norm(),
      residual([relu, conv(8, 3, padding: .same)]), layer(Flatten()), dense(2),
    ]),
  GradientCase(
    "layer normalization", [5],
    [dense(7), layer(LayerNormalization()), dense(3, .tanh), dense(2)]),
  GradientCase(
    "layer normalization of images", [3, 6, 6],
    [conv(10, 3), layer(LayerNormalization()), conv(5, 2), layer(Flatten()), dense(2)]),
  GradientCase(
    "group normalization", [3, 6, 6],
    [conv(10, 3), layer(GroupNormalization(groups: 5)), conv(5, 2), layer(Flatten()), dense(2)]),
]

private func parallel(_ merge: BranchMerge, _ branches: [[LayerSpec]]) -> LayerSpec {
  LayerSpec(.parallel(branches, merge: merge))
}

private let blocks: [GradientCase] = {
  var post = ResidualSpec([dense(6, .tanh), dense(6)], projection: Irregular())
  post.activation = .relu()
  var padded = ResidualSpec([conv(20, 3, stride: 2, padding: .same)], projection: Irregular())
  padded.shortcut = .padded
  padded.activation = .softplus
  var deep = ResidualSpec([dense(6, .tanh)])
  deep.depthRate = 0.5
  let line = Convolution2D(
    filters: 6, kernel: Extent2D(1, 3), padding: .same, initializer: Irregular(),
    biasInitializer: Irregular(scale: 0.2))
  let up = TransposedConvolution2D(
    filters: 5, kernel: Extent2D(3, 3), stride: Extent2D(2, 2), padding: .same,
    activation: .softplus, initializer: Irregular(), biasInitializer: Irregular(scale: 0.2))
  return [
    GradientCase(
      "post-activation residual", [6], [dense(6), LayerSpec(.residual(post)), dense(2)]),
    GradientCase(
      "padded shortcut", [3, 6, 6],
      [conv(8, 1), LayerSpec(.residual(padded)), layer(Flatten()), dense(2)]),
    GradientCase(
      "padded shortcut of blocks that are not full", [3, 6, 6],
      [conv(10, 1), LayerSpec(.residual(padded)), layer(Flatten()), dense(2)]),
    GradientCase("stochastic depth", [6], [dense(6), LayerSpec(.residual(deep)), dense(2)]),
    GradientCase(
      "sum of branches", [6],
      [dense(6), parallel(.sum, [[dense(4, .tanh)], [dense(5), dense(4)]]), dense(2)]),
    GradientCase(
      "mean of branches", [3, 5, 5],
      [
        conv(8, 2), parallel(.mean, [[conv(8, 1)], [], [layer(ActivationLayer(.tanh))]]),
        layer(Flatten()), dense(2),
      ]),
    GradientCase(
      "product of branches", [3, 5, 5],
      [
        parallel(
          .product,
          [
            [conv(8, 2)], [conv(8, 2, .sigmoid)],
            [layer(UpSampling2D(Extent2D(1, 1))), conv(8, 2)],
          ]),
        relu, layer(Flatten()), dense(2),
      ]),
    GradientCase(
      "a gate on its input", [6],
      [dense(6), parallel(.product, [[], [dense(6, .sigmoid)], []]), dense(2)]),
    GradientCase(
      "concatenation in full blocks", [3, 5, 5],
      [
        conv(8, 2), parallel(.concatenate, [[conv(8, 1)], [], [conv(16, 3, padding: .same)]]),
        conv(4, 2), layer(Flatten()), dense(2),
      ]),
    GradientCase(
      "concatenation in plain order", [3, 5, 5],
      [
        parallel(.concatenate, [[conv(5, 2)], [conv(6, 2, .tanh)]]), conv(4, 2), layer(Flatten()),
        dense(2),
      ]),
    GradientCase(
      "concatenation of features", [4],
      [dense(3), parallel(.concatenate, [[dense(2, .tanh)], [], [dense(5)]]), dense(2)]),
    GradientCase(
      "repetition", [6], [LayerSpec(.repetition([dense(5, .tanh, name: "x")], times: 3)), dense(2)]),
    GradientCase(
      "transposed convolution", [3, 4, 4],
      [conv(4, 2), layer(up), conv(3, 2), layer(Flatten()), dense(2)]),
    GradientCase(
      "transposed convolution first", [8, 3, 3], [layer(up), layer(Flatten()), dense(2)]),
    GradientCase(
      "depthwise layer", [3, 5, 5],
      [
        conv(6, 2),
        layer(
          DepthwiseConvolution2D(
            Convolution2D(
              filters: 1, kernel: Extent2D(3, 3), padding: .same, initializer: Irregular(),
              biasInitializer: Irregular()), multiplier: 2)), layer(Flatten()), dense(2),
      ]),
    GradientCase(
      "sequences", [3, 9],
      [
        layer(Convolution1D(line)), norm(), relu,
        layer(Pooling1D(Pooling2D(.max, size: Extent2D(1, 2)))),
        residual([layer(Convolution1D(line))]),
        parallel(.concatenate, [[layer(Convolution1D(line))], []]),
        layer(GlobalAveragePooling1D()), dense(2),
      ]),
    GradientCase(
      "a residual of the input sequence", [6, 5],
      [residual([layer(Convolution1D(line))]), layer(Flatten()), dense(2)]),
    GradientCase(
      "padding and upsampling in blocks", [3, 5, 5],
      [
        conv(10, 2), layer(ZeroPadding2D(.explicit(top: 1, left: 0, bottom: 2, right: 1))),
        layer(UpSampling2D(Extent2D(2, 1))), conv(4, 3), layer(Flatten()), dense(2),
      ]),
  ]
}()

@Suite struct NetworkGradientTests {
  @Test("the gradient equals central differences", arguments: cases)
  private func gradient(_ gradientCase: GradientCase) throws {
    let rows = 3
    let engine = try Engine()
    let graph = try NetworkGraph(NetworkSpec(gradientCase.layers), inputShape: gradientCase.input)
    let network = try Network(
      graph, mainRows: rows, dropoutKey: RandomKey(low: 3, high: 4), engine: engine,
      stream: try Stream(engine: engine))
    try network.compile(training: [rows], inference: [])
    let store = network.parameters
    store.initialize(key: RandomKey(low: 1, high: 2))
    let plan = network.plan(rows: rows, isTraining: true)
    let input = FloatStorage(
      (0..<rows * gradientCase.input.count).map {
        let x = Double($0 + 1) * 0.569_840_290_998_053_3
        return Float(x - x.rounded(.down) - 0.45)
      })
    plan.moveInput(to: input, at: 0)
    network.context.setSamples([7, 5, 9].span)

    // c is an irregular weight of every output.
    func c(_ i: Int) -> Float { Float((i * 7 + 3) % 11) / 11 - 0.4 }
    func objective() -> Double {
      plan.forward()
      let output = plan.output
      return (0..<output.count).reduce(plan.penalty) {
        $0 + Double(c($1)) * Double(output[$1])
      }
    }

    _ = objective()
    var seed = plan.outputGradient
    for i in 0..<seed.count { seed[i] = c(i) }
    let arena = FloatStorage([Float](repeating: .nan, count: store.weights.count))
    plan.backward(into: arena)

    for entry in store.entries where entry.spec.role != .statistic {
      expectZeroPadding(entry, store, arena)
      let count = entry.spec.shape.count
      let analytic = FloatStorage(count: count)
      var plainGradient = analytic.mutableSpan
      store.read(entry, from: arena, into: &plainGradient)
      let values = FloatStorage(count: count)
      var plainValues = values.mutableSpan
      store.read(entry, into: &plainValues)
      let scale = analytic.array.reduce(0) { max($0, $1.magnitude) }
      for index in stride(from: 0, to: count, by: max(1, count / 12)) {
        let value = values.base[index]
        func slope(_ h: Float) -> Double {
          values.base[index] = value + h
          store.write(values.span, to: entry)
          let above = objective()
          values.base[index] = value - h
          store.write(values.span, to: entry)
          return (above - objective()) / Double(2 * h)
        }
        // Richardson extrapolation; where a kink lies within the step, a smaller one is taken.
        let tolerance = 2e-3 * Double(scale) + 2e-3
        var numeric = 0.0
        for h: Float in [1 / 64, 1 / 512, 1 / 2048] {
          let (wide, narrow) = (slope(h), slope(h / 2))
          numeric = (4 * narrow - wide) / 3
          if (wide - narrow).magnitude < tolerance / 2 { break }
        }
        values.base[index] = value
        store.write(values.span, to: entry)
        let found = Double(analytic.base[index])
        #expect(
          (found - numeric).magnitude <= tolerance,
          "\(entry.name)[\(index)]: \(found), central difference \(numeric)")
      }
    }
  }

  /// The padding of a gradient's layout is zero.
  private func expectZeroPadding(
    _ entry: ParameterStore.Entry, _ store: ParameterStore, _ arena: FloatStorage
  ) {
    let plain = FloatStorage(count: entry.spec.shape.count)
    let again = FloatStorage(count: entry.range.count)
    var values = plain.mutableSpan
    var stored = again.mutableSpan
    store.read(entry, from: arena, into: &values)
    entry.layout.store(plain.span, into: &stored)
    let found = arena.span(entry.range)
    let isSame = (0..<found.count).allSatisfy { found[$0] == stored[$0] }
    #expect(isSame, "\(entry.name): padding of its gradient is not zero")
  }

  @Test("relu's derivative at exactly 0 is the one asked for, fused or not")
  func derivativeAtZero() throws {
    for (atZero, expected) in [(Float(0), Float(0)), (0.5, 0.5)] {
      let engine = try Engine()
      let relu = Activation.relu(derivativeAtZero: atZero)
      for layers in [[dense(1, relu)], [dense(1), layer(ActivationLayer(relu))]] {
        let network = try Network(
          try NetworkGraph(NetworkSpec(layers), inputShape: [1]), mainRows: 1,
          dropoutKey: RandomKey(low: 0, high: 0), engine: engine,
          stream: try Stream(engine: engine))
        try network.compile(training: [1], inference: [])
        let plan = network.plan(rows: 1, isTraining: true)
        plan.moveInput(to: FloatStorage([1]), at: 0)  // weight and bias are 0: so is z
        plan.forward()
        #expect(plan.output[0] == 0)
        var seed = plan.outputGradient
        seed[0] = 1
        let arena = FloatStorage(count: network.parameters.weights.count)
        plan.backward(into: arena)
        #expect(arena.base[0] == expected)
        // The central difference of max(w, 0) at 0 is one half: the textbook's convention.
        if atZero == 0.5 {
          let weights = network.parameters.weights
          weights.base[0] = 0.25
          plan.forward()
          let above = plan.output[0]
          weights.base[0] = -0.25
          plan.forward()
          #expect((above - plan.output[0]) / 0.5 == expected)
        }
      }
    }
  }
}
