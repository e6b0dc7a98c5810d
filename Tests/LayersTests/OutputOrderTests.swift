import Layers
import Models
import OneDNN
import Tensors
import Testing

/// A network's output is in plain order, whatever layout its last layer computes in.
@Suite struct OutputOrderTests {
  /// Draws that need no generator.
  private struct Irregular: Initializer {
    func fill(_ values: inout MutableSpan<Float>, shape: Shape, fans: Fans, key: RandomKey) {
      for i in 0..<values.count {
        let x = Float(i + 1) * 0.754_877_7
        values[i] = x - x.rounded(.down) - 0.5
      }
    }
  }

  private static func conv(_ filters: Int, _ activation: Activation = .linear) -> LayerSpec {
    LayerSpec(
      .layer(
        Convolution2D(
          filters: filters, kernel: Extent2D(3, 3), padding: .same, activation: activation,
          initializer: Irregular(), biasInitializer: Irregular())))
  }

  private static let endings: [(name: String, layers: [LayerSpec])] = [
    ("convolution", [conv(10)]), ("fused activation", [conv(12, .tanh)]),
    ("activation", [conv(20), LayerSpec(.layer(ActivationLayer(.sigmoid)))]),
    ("pooling", [conv(17), LayerSpec(.layer(Pooling2D(.max, size: Extent2D(2, 2))))]),
    ("global pooling", [conv(19), LayerSpec(.layer(GlobalAveragePooling2D()))]),
    (
      "shortcut", [conv(8), LayerSpec(.residual(ResidualSpec([conv(8)], projection: Irregular())))]
    ),
    ("dropout", [conv(9), LayerSpec(.layer(Dropout(rate: 0.5)))]),
  ]

  @Test("the same as behind an explicit flatten", arguments: endings.indices)
  func plain(ending: Int) throws {
    let (name, layers) = Self.endings[ending]
    let found = try run(layers)
    let wanted = try run(layers + [LayerSpec(.layer(Flatten()))])
    #expect(!wanted.output.isEmpty && wanted.output.contains { $0 != 0 })
    #expect(found.output == wanted.output, "\(name)")
    #expect(found.gradient == wanted.gradient, "\(name)")
  }

  @Test("an activation before the flattening can be taken over")
  func takenOver() throws {
    var graph = try NetworkGraph(NetworkSpec([Self.conv(3, .sigmoid)]), inputShape: [2, 4, 4])
    #expect(graph.lastActivation == .sigmoid)
    #expect(graph.outputShape == [48])
    graph.giveUpLastActivation()
    #expect(graph.outputActivation == .sigmoid)
    #expect(graph.lastActivation == .linear)
  }

  private func run(_ layers: [LayerSpec]) throws -> (output: [Float], gradient: [Float]) {
    let engine = try Engine()
    let network = try Network(
      try NetworkGraph(NetworkSpec(layers), inputShape: [3, 6, 6]), mainRows: 2,
      dropoutKey: RandomKey(low: 1, high: 2), engine: engine, stream: try Stream(engine: engine))
    try network.compile(training: [2], inference: [])
    network.parameters.initialize(key: RandomKey(low: 3, high: 4))
    let plan = network.plan(rows: 2, isTraining: true)
    let input = FloatStorage((0..<216).map { Float($0 % 29) / 29 - 0.5 })
    plan.moveInput(to: input, at: 0)
    network.context.setSamples([3, 1].span)
    plan.forward()
    let output = (0..<plan.output.count).map { plan.output[$0] }
    var seed = plan.outputGradient
    for i in 0..<output.count { seed[i] = Float(i % 13) / 13 - 0.4 }
    let arena = FloatStorage(count: network.parameters.weights.count)
    plan.backward(into: arena)
    return (output, arena.array)
  }
}
