import Layers
import Models
import OneDNN
import Tensors
import Testing

/// What batch normalization does with its running statistics.
@Suite struct BatchNormalizationTests {
  private struct Given: Initializer {
    var values: [Float]
    func fill(_ target: inout MutableSpan<Float>, shape: Shape, fans: Fans, key: RandomKey) {
      for i in 0..<target.count { target[i] = values[i % values.count] }
    }
  }

  /// A network of one normalization over `shape`, and perhaps a ReLU behind it.
  private func network(
    _ shape: Shape, momentum: Float = 0.75, relu: Bool = false, rows: [Int]
  ) throws -> Network {
    let engine = try Engine()
    let norm = BatchNormalization(
      momentum: momentum, epsilon: 0.125, initializer: Given(values: [2, -1, 0.5]),
      biasInitializer: Given(values: [0.25, 1, -1]))
    var layers = [LayerSpec(.layer(norm), name: "norm")]
    if relu { layers += [LayerSpec(.layer(ActivationLayer(.relu())))] }
    let network = try Network(
      try NetworkGraph(NetworkSpec(layers + [LayerSpec(.layer(Flatten()))]), inputShape: shape),
      mainRows: rows[0], dropoutKey: RandomKey(low: 0, high: 0), engine: engine,
      stream: try Stream(engine: engine))
    try network.compile(training: rows, inference: rows)
    network.parameters.initialize(key: RandomKey(low: 1, high: 2))
    return network
  }

  private func set(_ network: Network, _ name: String, _ values: [Float]) throws {
    let entry = try #require(network.parameters.entry(name))
    network.parameters.write(FloatStorage(values).span, to: entry)
  }

  private func output(
    _ network: Network, _ input: [Float], rows: Int, isTraining: Bool
  ) -> [Float] {
    let plan = network.plan(rows: rows, isTraining: isTraining)
    plan.moveInput(to: FloatStorage(input), at: 0)
    plan.forward()
    return (0..<plan.output.count).map { plan.output[$0] }
  }

  private let input: [Float] = (0..<2 * 3 * 4).map { Float($0 * 7 % 11) - 4 }

  @Test(
    "inference, and training on a single value, take the running statistics",
    arguments: [[3, 2, 2], [3]], [false, true])
  func runningStatistics(dimensions: [Int], relu: Bool) throws {
    let shape = Shape(dimensions)
    let network = try network(shape, relu: relu, rows: [2, 1])
    try set(network, "norm.running_mean", [1, -2, 0.5])
    try set(network, "norm.running_var", [4, 0.5, 1])
    let positions = shape.count / 3
    func expected(_ i: Int) -> Float {
      let c = i / positions % 3
      let (mean, variance) = ([1, -2, 0.5][c] as Float, [4, 0.5, 1][c] as Float)
      let (gamma, beta) = ([2, -1, 0.5][c] as Float, [0.25, 1, -1][c] as Float)
      let y = gamma * (input[i] - mean) / (variance + 0.125).squareRoot() + beta
      return relu ? max(y, 0) : y
    }
    let count = 2 * shape.count
    let values = output(network, Array(input[..<count]), rows: 2, isTraining: false)
    #expect((0..<count).allSatisfy { abs(values[$0] - expected($0)) < 1e-5 })
    let single = output(network, Array(input[..<shape.count]), rows: 1, isTraining: true)
    let isSame = (0..<shape.count).allSatisfy { abs(single[$0] - expected($0)) < 1e-5 }
    #expect(isSame == (positions == 1))
    // What was not measured does not count.
    let isBlank = network.measured.array.allSatisfy { $0 == 0 }
    #expect(isBlank == (positions == 1))
  }

  @Test("shards of any size lead to the mean and variance of the minibatch")
  func pooled() throws {
    let shape: Shape = [3, 2, 1]
    let network = try network(shape, rows: [3, 1])
    let values: [Float] = (0..<4 * shape.count).map { Float($0 * 5 % 13) - 3 }
    let total = FloatStorage(count: network.measured.count)
    var sums = total.mutableSpan
    for (start, rows) in [(0, 3), (3, 1)] {
      let part = Array(values[start * shape.count..<(start + rows) * shape.count])
      _ = output(network, part, rows: rows, isTraining: true)
      let measured = network.measured
      addHalves(measured.span, to: &sums)
    }
    try set(network, "norm.running_mean", [1, 1, 1])
    let store = network.parameters
    let weights = store.weights
    var arena = weights.mutableSpan
    try #require(network.statistics.count == 1)
    network.statistics[0].move(
      &arena, by: total.span, origin: store.trainableCount, rows: (all: 4, several: 3))
    let mean = try #require(store.entry("norm.running_mean")).range.lowerBound
    let variance = try #require(store.entry("norm.running_var")).range.lowerBound
    for c in 0..<3 {
      let own = (0..<values.count).filter { $0 / 2 % 3 == c }.map { Double(values[$0]) }
      let mu = own.reduce(0, +) / 8
      let spread = own.reduce(0) { $0 + ($1 - mu) * ($1 - mu) } / 8
      #expect(abs(Double(weights.base[mean + c]) - (0.75 + 0.25 * mu)) < 1e-5)
      #expect(abs(Double(weights.base[variance + c]) - (0.75 + 0.25 * spread)) < 1e-4)
    }
    // A step in which every sample was computed alone moves images, but not features.
    let before = weights.array
    network.statistics[0].move(
      &arena, by: total.span, origin: store.trainableCount, rows: (all: 0, several: 0))
    #expect(weights.array == before)
  }

  /// Numbers around `center`, as evenly spread as a normal distribution's.
  private func far(_ center: Double, _ spread: Double, _ count: Int) -> [Float] {
    (0..<count).map { i in
      Float(center + spread * (Double(i * 7919 % 1009) / 1009 - 0.5) * 3.5)
    }
  }

  @Test(
    "the variance keeps its digits where means are large, and squares beyond single precision",
    arguments: [(10_000, 1), (2000, 5), (1.5e19, 1.5e16)] as [(Double, Double)], [1, 4, 16])
  func farFromZero(numbers: (center: Double, spread: Double), shards: Int) throws {
    let network = try network([3], momentum: 0, rows: [64 / shards])
    let values = far(numbers.center, numbers.spread, 64 * 3)
    let total = FloatStorage(count: network.measured.count)
    var sums = total.mutableSpan
    let size = values.count / shards
    for shard in 0..<shards {
      let part = Array(values[shard * size..<(shard + 1) * size])
      _ = output(network, part, rows: 64 / shards, isTraining: true)
      let measured = network.measured
      addHalves(measured.span, to: &sums)
    }
    let store = network.parameters
    let weights = store.weights
    var arena = weights.mutableSpan
    network.statistics[0].move(
      &arena, by: total.span, origin: store.trainableCount, rows: (all: 64, several: 64))
    let variance = try #require(store.entry("norm.running_var")).range.lowerBound
    for c in 0..<3 {
      let own = stride(from: c, to: values.count, by: 3).map { Double(values[$0]) }
      let mu = own.reduce(0, +) / 64
      let spread = own.reduce(0) { $0 + ($1 - mu) * ($1 - mu) } / 64
      #expect(abs(Double(weights.base[variance + c]) / spread - 1) < 1e-3)
    }
  }

  @Test("a ReLU that is fused gives the bits of one that is not")
  func fused() throws {
    let shape: Shape = [3, 2, 2]
    let fused = output(try network(shape, relu: true, rows: [2]), input, rows: 2, isTraining: true)
    let bare = output(try network(shape, rows: [2]), input, rows: 2, isTraining: true)
    #expect(fused == bare.map { max($0, 0) } && fused != bare)
  }
}
