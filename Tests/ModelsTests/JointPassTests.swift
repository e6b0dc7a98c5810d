import Layers
import Models
import OneDNN
import Tensors
import Testing

/// Passes whose pieces share the statistics of the whole minibatch.
@Suite struct JointPassTests {
  /// Sums over shards of one process, from left to right.
  private final class PlainSums: ShardSums {
    private let shards: Int
    private let place = FloatStorage(count: 256)
    private let sum = FloatStorage(count: 256)
    private var written = 0

    init(shards: Int) { self.shards = shards }

    func place(_ count: Int) -> (storage: FloatStorage, offset: Int) {
      if written == 0 { for i in 0..<count { sum.base[i] = 0 } }
      return (place, 0)
    }

    func ready(_ count: Int) {
      for i in 0..<count { sum.base[i] += place.base[i] }
      written += 1
    }

    func total(_ count: Int) -> FloatStorage {
      precondition(written == shards)
      written = 0
      return sum
    }
  }

  /// A network on rows that are computed in pieces of the given sizes, each a shard.
  private final class Joint {
    let network: Network
    let pass: JointPass
    private let slots: [PassSlot]
    private let rows: [Int]
    private let width: Int

    init(_ layers: [LayerSpec], _ shape: Shape, rows: [Int]) throws {
      let engine = try Engine()
      let graph = try NetworkGraph(NetworkSpec(layers), inputShape: shape)
      let network = try Network(
        graph, mainRows: rows[0], dropoutKey: RandomKey(low: 3, high: 4), engine: engine,
        stream: try Stream(engine: engine))
      network.parameters.initialize(key: RandomKey(low: 1, high: 2))
      self.network = network
      self.rows = rows
      width = graph.outputShape.count
      slots = try rows.map { try network.addSlot(rows: [$0]) }
      pass = JointPass(graph, shards: rows.count, sums: PlainSums(shards: rows.count))
      pass.begin()
      let input = Joint.input(rows.reduce(0, +) * shape.count)
      var first = 0
      for (shard, (slot, count)) in zip(slots, rows).enumerated() {
        let samples = Array(first..<first + count)
        slot.context.setSamples(samples.span)
        slot.plan(rows: count).moveInput(to: input, at: first * shape.count)
        pass.add(slot, rows: count, shard: shard)
        first += count
      }
    }

    static func input(_ count: Int) -> FloatStorage {
      FloatStorage(
        (0..<count).map {
          let x = Double($0 + 1) * 0.569_840_290_998_053_3
          return Float(x - x.rounded(.down) - 0.45)
        })
    }

    /// An irregular weight of every output.
    static func weight(_ i: Int) -> Float { Float((i * 7 + 3) % 11) / 11 - 0.4 }

    /// Σ c·y over the outputs of all pieces.
    func objective() throws -> Double {
      try pass.forward()
      var (total, first) = (0.0, 0)
      for (slot, count) in zip(slots, rows) {
        let plan = slot.plan(rows: count)
        let output = plan.output
        for i in 0..<output.count {
          total += Double(Joint.weight(first + i)) * Double(output[i])
        }
        first += count * width
      }
      return total
    }

    /// The gradient of the objective by all parameters, in plain order; the objective has been computed.
    func gradient() throws -> [String: [Float]] {
      var first = 0
      for (slot, count) in zip(slots, rows) {
        let plan = slot.plan(rows: count)
        var seed = plan.outputGradient
        for i in 0..<seed.count { seed[i] = Joint.weight(first + i) }
        first += count * width
        for i in 0..<slot.gradient.count { slot.gradient.base[i] = .nan }
      }
      try pass.backward()
      let store = network.parameters
      var found: [String: [Float]] = [:]
      for entry in store.entries where entry.spec.role != .statistic {
        var sum = [Float](repeating: 0, count: entry.spec.shape.count)
        for slot in slots {
          let plain = FloatStorage(count: sum.count)
          var values = plain.mutableSpan
          store.read(entry, from: slot.gradient, into: &values)
          for i in sum.indices { sum[i] += plain.base[i] }
        }
        found[entry.name] = sum
      }
      return found
    }

    /// Means and variances of all normalizations, times the samples, from what the pieces have measured.
    var measured: FloatStorage {
      let total = FloatStorage(count: network.measured.count)
      var sums = total.mutableSpan
      for slot in slots {
        let measured = slot.measured
        addHalves(measured.span, to: &sums)
      }
      return total
    }
  }

  private static func synchronized(_ usesScale: Bool = true, _ usesShift: Bool = true) -> LayerSpec
  {
    layer(
      BatchNormalization(
        usesScale: usesScale, usesShift: usesShift, initializer: Irregular(scale: 3),
        biasInitializer: Irregular(), isSynchronized: true))
  }

  private static let cases: [GradientCase] = [
    GradientCase("features", [5], [dense(11), synchronized(), dense(3, .tanh), dense(2)]),
    GradientCase("features and relu", [5], [dense(20), synchronized(), relu, dense(3)]),
    GradientCase("without scale", [5], [dense(7), synchronized(false), relu, dense(3)]),
    GradientCase("without shift", [5], [dense(7), synchronized(true, false), dense(3, .tanh)]),
    GradientCase("alone", [5], [dense(7), synchronized(false, false), dense(3, .tanh)]),
    GradientCase("first and twice", [5], [synchronized(), relu, synchronized(), dense(3)]),
    GradientCase(
      "images in blocks that are not full", [3, 6, 6],
      [
        conv(10, 3), synchronized(), layer(ActivationLayer(.tanh)), conv(5, 2), synchronized(),
        layer(Flatten()), dense(2),
      ]),
    GradientCase(
      "plain images, and within a residual block", [3, 4, 4],
      [
        synchronized(), conv(8, 3, padding: .same), synchronized(),
        residual([relu, conv(8, 3, padding: .same), synchronized()]), layer(Flatten()), dense(2),
      ]),
    GradientCase(
      "branches and copies", [6],
      [
        parallel(.sum, [[dense(9), synchronized(), relu], [dense(9, .tanh)]]),
        LayerSpec(
          .repetition([dense(5), synchronized(), layer(ActivationLayer(.tanh))], times: 2)),
        dense(2),
      ]),
  ]

  /// Where a ReLU is fused within blocks, whose kinks disturb differences.
  private static let kinked = GradientCase(
    "images and a relu", [3, 6, 6],
    [conv(10, 3), synchronized(), relu, conv(5, 2), synchronized(), layer(Flatten()), dense(2)])

  @Test("the gradient through common statistics equals central differences", arguments: cases)
  func gradient(_ given: GradientCase) throws {
    let joint = try Joint(given.layers, given.input, rows: [2, 1, 3])
    let store = joint.network.parameters
    _ = try joint.objective()
    let gradient = try joint.gradient()
    for entry in store.entries where entry.spec.role != .statistic {
      let analytic = try #require(gradient[entry.name])
      let values = FloatStorage(count: analytic.count)
      var plain = values.mutableSpan
      store.read(entry, into: &plain)
      let size = analytic.reduce(0) { max($0, $1.magnitude) }
      let tolerance = 2e-3 * Double(size) + 2e-3
      for index in stride(from: 0, to: analytic.count, by: max(1, analytic.count / 5)) {
        let value = values.base[index]
        func at(_ x: Float) throws -> Double {
          values.base[index] = x
          store.write(values.span, to: entry)
          return try joint.objective()
        }
        func slope(_ h: Float) throws -> Double {
          (try at(value + h) - at(value - h)) / Double(2 * h)
        }
        // Richardson extrapolation; where a kink lies within the step, a smaller one is taken.
        var numeric = 0.0
        for h: Float in [1 / 64, 1 / 512, 1 / 1024, 1 / 2048] {
          let (wide, narrow) = (try slope(h), try slope(h / 2))
          numeric = (4 * narrow - wide) / 3
          if (wide - narrow).magnitude < tolerance / 2 { break }
        }
        _ = try at(value)
        #expect(
          (Double(analytic[index]) - numeric).magnitude <= tolerance,
          "\(entry.name)[\(index)]: \(analytic[index]), central difference \(numeric)")
      }
    }
  }

  @Test(
    "pieces of any size have the outputs and gradients of the whole", arguments: cases + [kinked])
  func pieces(_ given: GradientCase) throws {
    // The whole in one piece, whose statistics are its own.
    let plainLayers = given.layers.map(withoutSynchronization)
    let whole = try Joint(plainLayers, given.input, rows: [6])
    let wanted = (objective: try whole.objective(), gradient: try whole.gradient())
    // A bias before a normalization has no gradient, but what is left of sums.
    let size = wanted.gradient.values.joined().reduce(1e-2) { max($0, $1.magnitude) }
    for rows in [[6], [2, 4], [1, 1, 1, 3], [5, 1]] {
      let joint = try Joint(given.layers, given.input, rows: rows)
      let objective = try joint.objective()
      #expect(abs(objective - wanted.objective) < 1e-5 * max(1, abs(wanted.objective)), "\(rows)")
      let found = try joint.gradient()
      for (name, values) in wanted.gradient {
        let own = try #require(found[name])
        let apart = zip(own, values).reduce(0) { max($0, ($1.0 - $1.1).magnitude) }
        #expect(apart <= 2e-5 * size, "\(rows): \(name) is \(apart) apart of \(size)")
      }
      #expect(joint.pass.flaws.allSatisfy { $0 == .max })
    }
  }

  private func withoutSynchronization(_ entry: LayerSpec) -> LayerSpec {
    func all(_ layers: [LayerSpec]) -> [LayerSpec] { layers.map(withoutSynchronization) }
    switch entry.body {
    case .layer(let layer):
      guard var norm = layer as? Layers.BatchNormalization else { return entry }
      norm.isSynchronized = false
      return LayerSpec(.layer(norm), name: entry.name)
    case .residual(let block):
      var plain = block
      plain.layers = all(block.layers)
      return LayerSpec(.residual(plain), name: entry.name)
    case .parallel(let branches, let merge):
      return LayerSpec(.parallel(branches.map(all), merge: merge), name: entry.name)
    case .repetition(let layers, let times):
      return LayerSpec(.repetition(all(layers), times: times), name: entry.name)
    default: return entry
    }
  }

  @Test("running statistics are those of the minibatch; one value alone takes them")
  func statistics() throws {
    let layers = [
      layer(BatchNormalization(momentum: 0.75, epsilon: 0.125, isSynchronized: true))
    ]
    let joint = try Joint(layers, [3], rows: [1, 2, 1])
    _ = try joint.objective()
    let input = Joint.input(12)
    let sums = joint.measured
    let store = joint.network.parameters
    let weights = store.weights
    var arena = weights.mutableSpan
    joint.network.statistics[0].move(
      &arena, by: sums.span, origin: store.trainableCount, rows: (all: 4, several: 2))
    for c in 0..<3 {
      let own = (0..<4).map { Double(input.base[$0 * 3 + c]) }
      let mean = own.reduce(0, +) / 4
      let variance = own.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 4
      let place = try #require(store.entry("batch_norm_1.running_mean")).range.lowerBound
      let spread = try #require(store.entry("batch_norm_1.running_var")).range.lowerBound
      #expect(abs(Double(weights.base[place + c]) - 0.25 * mean) < 1e-6)
      #expect(abs(Double(weights.base[spread + c]) - (0.75 + 0.25 * variance)) < 1e-6)
    }
    // A minibatch of one sample: y = (x − running mean) / √(running variance + ε), and nothing is measured.
    let single = try Joint(layers, [3], rows: [1])
    let wanted = (0..<3).reduce(0.0) {
      $0 + Double(Joint.weight($1)) * Double(input.base[$1]) / (1.125).squareRoot()
    }
    #expect(abs(try single.objective() - wanted) < 1e-6)
    #expect(single.measured.array.allSatisfy { $0 == 0 })
  }

  @Test("the shard that brings what is not a number is told from those that get it")
  func flaws() throws {
    let joint = try Joint([dense(7), Self.synchronized(), dense(3)], [5], rows: [2, 2, 2])
    _ = try joint.objective()
    #expect(joint.pass.flaws == [.max, .max, .max])
    let bad = Joint.input(10)
    bad.base[3] = .nan
    joint.pass.begin()
    for shard in 0..<3 {
      let slot = try joint.network.addSlot(rows: [2])
      slot.plan(rows: 2).moveInput(to: shard == 1 ? bad : Joint.input(10), at: 0)
      joint.pass.add(slot, rows: 2, shard: shard)
    }
    try joint.pass.forward()
    #expect(joint.pass.flaws == [1, 0, 1])
  }
}
