import Layers
import Models
import OneDNN
import Tensors
import Testing

let gradientCases: [GradientCase] = {
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
  return cases + normalizedCases + blockCases + recurrentCases + [
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

@Suite struct NetworkGradientTests {
  @Test("the gradient equals central differences", arguments: gradientCases)
  func gradient(_ gradientCase: GradientCase) throws {
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
