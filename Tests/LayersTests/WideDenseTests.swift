import Layers
import Models
import OneDNN
import Tensors
import Testing
import _TestSupport

/// Dense layers whose rows of weights are set apart in the arena, against plain loops over small
/// whole numbers, for which every order of summation is exact.
@Suite struct WideDenseTests {
  private static let inputs = 256

  private struct Pass {
    var output: [Float]
    var gradients: [String: [Float]]
    var padding: [Float]
  }

  /// One pass of `rows` × 3 → 256 → `units`: the first layer shows the gradient by the second's input.
  private func pass(
    rows: Int, units: Int, usesBias: Bool, activation: Activation, weights: [String: [Float]],
    x: [Float], seed: [Float]
  ) throws -> Pass {
    let source = Dense(
      units: Self.inputs, usesBias: false, initializer: Zeros(), biasInitializer: Zeros())
    let wide = Dense(
      units: units, activation: activation, usesBias: usesBias, initializer: Zeros(),
      biasInitializer: Zeros())
    let engine = try Engine(ownProducts: false)
    let spec = NetworkSpec([
      LayerSpec(.layer(source), name: "source"), LayerSpec(.layer(wide), name: "wide"),
    ])
    let network = try Network(
      try NetworkGraph(spec, inputShape: [3]), mainRows: rows,
      dropoutKey: RandomKey(low: 0, high: 0), engine: engine, stream: try Stream(engine: engine))
    try network.compile(training: [rows], inference: [])
    let store = network.parameters
    for entry in store.entries {
      store.write(FloatStorage(try #require(weights[entry.name])).span, to: entry)
    }
    let plan = network.plan(rows: rows, isTraining: true)
    plan.moveInput(to: FloatStorage(x), at: 0)
    plan.forward()
    let output = (0..<plan.output.count).map { plan.output[$0] }
    var gradient = plan.outputGradient
    for i in 0..<output.count { gradient[i] = seed[i] }
    let arena = FloatStorage([Float](repeating: .nan, count: store.weights.count))
    plan.backward(into: arena)
    var gradients: [String: [Float]] = [:]
    for entry in store.entries {
      let plain = FloatStorage(count: entry.spec.shape.count)
      var span = plain.mutableSpan
      store.read(entry, from: arena, into: &span)
      gradients[entry.name] = plain.array
    }
    let stored = try #require(store.entry("wide.weight")).range
    let row = stored.count / units
    #expect(units == 1 || row > Self.inputs, "the rows are not set apart")
    #expect(row * units == stored.count)
    let values = store.weights
    var padding: [Float] = []
    for unit in 0..<units {
      let start = stored.lowerBound + unit * row + Self.inputs
      for i in start..<stored.lowerBound + (unit + 1) * row {
        padding += [arena.span[i], values.span[i]]
      }
    }
    return Pass(output: output, gradients: gradients, padding: padding)
  }

  @Test(
    "products and gradients equal plain loops, and the gaps stay zero",
    arguments: [(5, 1), (6, 3), (1, 300), (7, 129), (33, 160), (48, 131), (64, 200)], [true, false])
  func exact(size: (rows: Int, units: Int), usesBias: Bool) throws {
    let (rows, units, width) = (size.rows, size.units, Self.inputs)
    func numbers(_ count: Int, _ period: Int) -> [Float] {
      (0..<count).map { Float(($0 * 7 + 3) % period - period / 2) }
    }
    var weights = [
      "source.weight": numbers(width * 3, 5), "wide.weight": numbers(units * width, 7),
    ]
    if usesBias { weights["wide.bias"] = numbers(units, 11) }
    let (x, seed) = (numbers(rows * 3, 5), numbers(rows * units, 3))
    let found = try pass(
      rows: rows, units: units, usesBias: usesBias, activation: .relu(), weights: weights, x: x,
      seed: seed)

    let (v, w) = (weights["source.weight"] ?? [], weights["wide.weight"] ?? [])
    var output = [Float](repeating: 0, count: rows * units)
    var byWeights = [Float](repeating: 0, count: units * width)
    var byBias = [Float](repeating: 0, count: units)
    var bySource = [Float](repeating: 0, count: width * 3)
    for row in 0..<rows {
      let hidden = (0..<width).map { i in
        (0..<3).reduce(Float(0)) { $0 + x[row * 3 + $1] * v[i * 3 + $1] }
      }
      var byHidden = [Float](repeating: 0, count: width)
      for unit in 0..<units {
        let z = (0..<width).reduce(weights["wide.bias"]?[unit] ?? 0) {
          $0 + hidden[$1] * w[unit * width + $1]
        }
        output[row * units + unit] = max(z, 0)
        let dz = z > 0 ? seed[row * units + unit] : 0
        byBias[unit] += dz
        for i in 0..<width {
          byWeights[unit * width + i] += dz * hidden[i]
          byHidden[i] += dz * w[unit * width + i]
        }
      }
      for i in 0..<width {
        for k in 0..<3 { bySource[i * 3 + k] += byHidden[i] * x[row * 3 + k] }
      }
    }
    #expect(found.output == output)
    #expect(found.gradients["wide.weight"] == byWeights)
    #expect(found.gradients["wide.bias"] == (usesBias ? byBias : nil))
    #expect(found.gradients["source.weight"] == bySource)
    #expect(found.padding.allSatisfy { $0 == 0 })
  }

  @Test(
    "every activation behind such a layer has the right gradient",
    arguments: LayerCase.activations.keys.sorted(), [3, 32])
  func activations(name: String, rows: Int) throws {
    let activation = try #require(LayerCase.activations[name])
    let units = 130
    func numbers(_ count: Int, _ scale: Float) -> [Float] {
      (0..<count).map { Float(($0 * 37 + 11) % 101 - 50) * scale }
    }
    let weights = [
      "source.weight": numbers(Self.inputs * 3, 0.01),
      "wide.weight": numbers(units * Self.inputs, 0.002), "wide.bias": numbers(units, 0.01),
    ]
    let (x, seed) = (numbers(rows * 3, 0.02), numbers(rows * units, 0.01))
    func run(_ weights: [String: [Float]]) throws -> Pass {
      try pass(
        rows: rows, units: units, usesBias: true, activation: activation, weights: weights, x: x,
        seed: seed)
    }
    let base = try run(weights)
    func objective(_ pass: Pass) -> Double {
      zip(pass.output, seed).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    // The objective's last bits, a few more of them where more outputs are added.
    let roundOff = rows < 32 ? 0.05 : 0.2
    for (parameter, index) in [("wide.bias", 5), ("wide.weight", 3_000), ("source.weight", 100)] {
      let step: Float = 1 / 128
      var (up, down) = (weights, weights)
      up[parameter]?[index] += step
      down[parameter]?[index] -= step
      let slope = (objective(try run(up)) - objective(try run(down))) / Double(2 * step)
      let found = Double(try #require(base.gradients[parameter])[index])
      #expect(
        abs(slope - found) <= 2e-3 * max(abs(slope), roundOff),
        "\(name) \(parameter): \(found), \(slope)")
    }
  }
}
