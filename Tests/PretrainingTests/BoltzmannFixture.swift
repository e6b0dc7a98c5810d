import Layers
import Models
import OneDNN
import Tensors
import Testing

/// A network that is one machine, with given parameters.
struct BoltzmannFixture {
  static let key = RandomKey(seed: 5, purpose: .dropout)

  let network: Network
  let engine: Engine
  let stream: Stream
  let parameters: GibbsChains.Parameters

  /// A small machine whose parameters are drawn, or `given`.
  init(
    _ machine: RestrictedBoltzmann, visible: Int, rows: [Int], scale: Float = 0.8,
    given: GibbsChains.Parameters? = nil
  ) throws {
    engine = try Engine()
    stream = try Stream(engine: engine)
    parameters =
      given
      ?? BoltzmannFixture.parameters(
        machine.visible, visible: visible, hidden: machine.hidden, scale: scale)
    let graph = try NetworkGraph(
      NetworkSpec([LayerSpec(.layer(machine), name: "rbm")]), inputShape: [visible])
    network = try Network(
      graph, mainRows: rows[0], dropoutKey: BoltzmannFixture.key, engine: engine, stream: stream)
    try network.compile(training: rows, inference: rows)
    network.parameters.initialize(key: RandomKey(seed: 1, purpose: .initialization))
    try set("weight", parameters.weights)
    try set("bias", parameters.hiddenBias)
    try set("visible_bias", parameters.visibleBias)
  }

  static func parameters(
    _ kind: RestrictedBoltzmann.Visible, visible: Int, hidden: Int, scale: Float = 0.8
  ) -> GibbsChains.Parameters {
    func drawn(_ count: Int, _ number: UInt64) -> FloatStorage {
      let storage = FloatStorage(count: count)
      var values = storage.mutableSpan
      fillNormal(
        &values, mean: 0, standardDeviation: scale,
        key: RandomKey(seed: 3, purpose: .initialization).derive(number))
      return storage
    }
    return GibbsChains.Parameters(
      kind, weights: drawn(visible * hidden, 1), hiddenBias: drawn(hidden, 2),
      visibleBias: drawn(visible, 3))
  }

  func set(_ name: String, _ values: FloatStorage) throws {
    let entry = try #require(network.parameters.entry("rbm.\(name)"))
    network.parameters.write(values.span, to: entry)
  }

  func values(_ name: String) throws -> [Float] {
    try plain(name, in: network.parameters.weights)
  }

  /// The values of one parameter in `arena`, in plain order.
  private func plain(_ name: String, in arena: FloatStorage) throws -> [Float] {
    let entry = try #require(network.parameters.entry("rbm.\(name)"))
    let values = FloatStorage(count: entry.spec.shape.count)
    var span = values.mutableSpan
    network.parameters.read(entry, from: arena, into: &span)
    return values.array
  }

  /// The figures of `data`, row after row.
  func figures(_ data: [[Double]], isTraining: Bool) -> [Float] {
    if isTraining { network.context.setSamples(Array(data.indices).span) }
    let plan = network.plan(rows: data.count, isTraining: isTraining)
    plan.moveInput(to: FloatStorage(data.joined().map { Float($0) }), at: 0)
    plan.forward()
    return (0..<plan.output.count).map { plan.output[$0] }
  }

  /// What a training pass leaves where gradients go, in the order weight, bias, visible bias.
  func gradient(_ data: [[Double]]) throws -> [Double] {
    _ = figures(data, isTraining: true)
    let arena = FloatStorage(count: network.parameters.trainableCount)
    network.plan(rows: data.count, isTraining: true).backward(into: arena)
    return try ["weight", "bias", "visible_bias"].flatMap { name in
      try plain(name, in: arena).map(Double.init)
    }
  }

  /// Lets statistics follow what the last pass has measured of `rows` samples.
  func move(rows: Int) {
    let store = network.parameters
    let (weights, measured) = (store.weights, network.measured)
    var arena = weights.mutableSpan
    for statistics in network.statistics {
      statistics.move(
        &arena, by: measured.span, origin: store.trainableCount,
        rows: (all: Float(rows), several: Float(rows)))
    }
  }
}
