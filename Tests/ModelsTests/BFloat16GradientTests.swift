import Layers
import Models
import OneDNN
import Tensors
import Testing

/// Every network of the gradient checks in bfloat16: outputs are steps there, without slopes, so its
/// gradients are held against those of single precision.
@Suite struct BFloat16GradientTests {
  @Test("gradients are those of single precision but for the rounding", arguments: gradientCases)
  func gradient(_ gradientCase: GradientCase) throws {
    let single = try gradient(of: gradientCase, .float32, isNative: nil)
    for isNative in [false, nil] {
      let found = try gradient(of: gradientCase, .bfloat16, isNative: isNative)
      #expect(found.count == single.count)
      var (error, size) = (0.0, 0.0)
      for (x, y) in zip(found, single) {
        error += Double(x - y) * Double(x - y)
        size += Double(y) * Double(y)
      }
      // Operands are rounded to one part in 256; a maximum or a kink may go the other way, which changes
      // a tenth of the gradient behind max pooling.
      #expect(error.squareRoot() <= 0.15 * size.squareRoot() + 1e-6)
    }
  }

  private func gradient(
    of gradientCase: GradientCase, _ precision: Precision, isNative: Bool?
  ) throws -> [Float] {
    let rows = 3
    let engine = try Engine(bfloat16: isNative)
    var graph = try NetworkGraph(NetworkSpec(gradientCase.layers), inputShape: gradientCase.input)
    graph.precision = precision
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
    plan.forward()
    var seed = plan.outputGradient
    for i in 0..<seed.count { seed[i] = Float((i * 7 + 3) % 11) / 11 - 0.4 }
    let arena = FloatStorage([Float](repeating: .nan, count: store.weights.count))
    plan.backward(into: arena)
    return store.entries.filter { $0.spec.role != .statistic }.flatMap { entry in
      let plain = FloatStorage(count: entry.spec.shape.count)
      var values = plain.mutableSpan
      store.read(entry, from: arena, into: &values)
      return plain.array
    }
  }
}
