import Layers
import Models
import OneDNN
import Tensors
import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// Activations far from 0, and over channels, in networks with layouts of their own.
@Suite struct ActivationRangeTests {
  private struct Given: Initializer {
    var values: [Float]
    func fill(_ target: inout MutableSpan<Float>, shape: Shape, fans: Fans, key: RandomKey) {
      for i in 0..<target.count { target[i] = values[i % values.count] }
    }
  }

  private func network(_ layers: [any Layer], _ shape: Shape, rows: Int) throws -> Network {
    let engine = try Engine()
    let network = try Network(
      try NetworkGraph(NetworkSpec(layers.map { LayerSpec(.layer($0)) }), inputShape: shape),
      mainRows: rows, dropoutKey: RandomKey(low: 0, high: 0), engine: engine,
      stream: try Stream(engine: engine))
    try network.compile(training: [rows], inference: [rows])
    network.parameters.initialize(key: RandomKey(low: 1, high: 2))
    return network
  }

  private func output(
    _ network: Network, _ input: [Float], rows: Int, isTraining: Bool
  ) -> [Float] {
    let plan = network.plan(rows: rows, isTraining: isTraining)
    plan.moveInput(to: FloatStorage(input), at: 0)
    plan.forward()
    return (0..<plan.output.count).map { plan.output[$0] }
  }

  @Test("softplus keeps its digits where it is small", arguments: [false, true])
  func softplus(isTraining: Bool) throws {
    // The first four were 4.768e-6, 0, 7.6e-6 and, from a logit of −9.9, 0.00004967.
    let x: [Float] = [-12.13, -16.4, -75, -9.9, -87, -30, -5, -1, 0, 1e-3, 2, 17, 40, 88, 1e4]
    let layer = ActivationLayer(.softplus)
    let found = output(
      try network([layer], [x.count], rows: 1), x, rows: 1, isTraining: isTraining)
    for (x, y) in zip(x, found) {
      let exact = max(Double(x), 0) + log1p(exp(-abs(Double(x))))
      #expect(abs(Double(y) - exact) <= 1e-6 * exact, "softplus(\(x)) = \(y)")
    }
  }

  @Test("softplus of an image whose channels fill no block", arguments: [false, true])
  func softplusOfImages(isTraining: Bool) throws {
    // 21 channels of 3 × 5 pixels are 16 and 5 of a block of 16; behind them all channels are added.
    let weights: [Float] = (0..<21).map { Float($0) - 15 }
    let layers: [any Layer] = [
      Convolution2D(
        filters: 21, kernel: Extent2D(1, 1), activation: .softplus, usesBias: false,
        initializer: Given(values: weights), biasInitializer: Zeros()),
      Convolution2D(
        filters: 1, kernel: Extent2D(3, 5), usesBias: false, initializer: Ones(),
        biasInitializer: Zeros()),
    ]
    let x: [Float] = (0..<15).map { Float($0 * 4 % 15) / 10 + 0.1 }
    let found = output(
      try network(layers, [1, 3, 5], rows: 1), x, rows: 1, isTraining: isTraining)
    let exact = x.reduce(0.0) { sum, x in
      sum + weights.reduce(0.0) { $0 + log1p(exp(Double($1 * x))) }
    }
    #expect(found.count == 1 && abs(Double(found[0]) - exact) < 1e-5 * exact)
  }

  @Test(
    "a softmax of images is taken over the channels of each position, in any layer",
    arguments: [3, 16, 21], [false, true])
  func softmax(channels: Int, isTraining: Bool) throws {
    let weights: [Float] = (0..<channels * 2).map { Float($0 * 7 % 13) / 5 - 1 }
    func convolution(_ activation: Activation) -> Convolution2D {
      Convolution2D(
        filters: channels, kernel: Extent2D(1, 1), activation: activation, usesBias: false,
        initializer: Given(values: weights), biasInitializer: Zeros())
    }
    let x: [Float] = (0..<2 * 2 * 3 * 4).map { Float($0 * 5 % 17) / 8 - 1 }
    let positions = 12
    let own = output(
      try network([convolution(.softmax)], [2, 3, 4], rows: 2), x, rows: 2,
      isTraining: isTraining)
    let layer = output(
      try network([convolution(.linear), ActivationLayer(.softmax)], [2, 3, 4], rows: 2), x,
      rows: 2, isTraining: isTraining)
    let line = output(
      try network([Convolution1D(convolution(.softmax))], [2, positions], rows: 2), x, rows: 2,
      isTraining: isTraining)
    for row in 0..<2 {
      for p in 0..<positions {
        let logits = (0..<channels).map { o in
          (0..<2).reduce(0.0) {
            $0 + Double(weights[o * 2 + $1]) * Double(x[(row * 2 + $1) * positions + p])
          }
        }
        let sum = logits.reduce(0) { $0 + exp($1) }
        for c in 0..<channels {
          let (i, exact) = ((row * channels + c) * positions + p, exp(logits[c]) / sum)
          for found in [own, layer, line] { #expect(abs(Double(found[i]) - exact) < 1e-6) }
        }
      }
    }
  }

  @Test("a softmax over the length of a line is refused, with the way to one over its channels")
  func softmaxOfLines() {
    let line = Convolution1D(
      Convolution2D(
        filters: 3, kernel: Extent2D(1, 1), initializer: Ones(), biasInitializer: Zeros()))
    let layers: [any Layer] = [line, ActivationLayer(.softmax)]
    let specs = layers.map { LayerSpec(.layer($0)) }
    let error = #expect(throws: NetworkError.self) {
      try NetworkGraph(NetworkSpec(specs), inputShape: [2, 8])
    }
    #expect(error?.reason.contains("write `activation: softmax` in the conv1d layer") == true)
  }
}
