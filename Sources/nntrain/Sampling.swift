import Configuration
import Formats
import Layers
import Plotting
import Pretraining
import Tensors
import Training

/// The machines of a run, ready to draw samples.
struct Sampling {
  private let network: DeepBeliefNetwork
  private let start: FloatStorage?
  /// The shape of a sample.
  private let shape: [Int]

  /// Opens the machines at `path`: those of a run's stages, or a single one. Chains that begin with data
  /// begin with the first `count` training samples.
  init(
    _ path: String, from origin: SampleOrigin, count: Int, seed: UInt64, _ session: RankSession
  ) throws {
    let model = try SampledModel(path)
    let readers = model.readers
    if let note = model.note { Output.lines(["note: " + note]) }
    network =
      model.isWhole
      ? try WakeSleepFile.network(readers[0]) : try BoltzmannFile.network(readers)
    switch origin {
    case .noise: start = nil
    case .chains: start = try model.chains(width: network.topWidth)
    case .data:
      start = try network.states(
        of: Sampling.data(of: readers[0], width: network.width, count: count),
        key: RandomKey(seed: seed, purpose: .sampling), engine: session.engine,
        stream: session.stream)
    }
    let shape = try ModelDescription(readers[0], environment: Output.environment).schema.inputShape
    self.shape = shape.reduce(1, *) == network.width ? shape : [network.width]
  }

  /// The first training samples of the machine that `reader` has opened, `count` or all.
  private static func data(
    of reader: SafetensorsReader, width: Int, count: Int
  ) throws -> FloatStorage {
    let description = try ModelDescription(reader, environment: Output.environment)
    let samples = try RunData(description.configuration).training
    guard samples.inputShape.count == width else {
      throw FileError(
        .badContent, reader.path,
        "has \(width) visible units, but a sample of the run has \(samples.inputShape.count) numbers:"
          + " it stands on another machine; give the run's folder, or use --from noise")
    }
    let found = min(count, samples.count)
    let storage = FloatStorage(count: found * width)
    var values = storage.mutableSpan
    try samples.gatherInputs(Array(0..<found).span, into: &values, rescaling: nil)
    return storage
  }

  /// Draws samples and writes them.
  func write(count: Int, steps: Int, seed: UInt64, to path: String, _ session: RankSession) throws {
    var values: [Float] = []
    try network.samples(
      count: count, steps: steps, start: start,
      key: RandomKey(seed: seed, purpose: .sampling), engine: session.engine,
      stream: session.stream
    ) { rows in
      session.group.heartbeat.beat()
      for i in 0..<rows.count { values.append(rows[i]) }
    }
    if path.hasSuffix(".npy") {
      let file = try AtomicFile(path: path, followsLink: true)
      let writer = try NPYWriter<Float>(to: file, shape: Shape([count] + shape))
      try writer.write(values.span)
      try writer.finish()
      Output.lines(["\(count) samples are in \(path)"])
      return
    }
    let range: ClosedRange<Float> =
      network.machines[0].kind == .bernoulli ? 0...1 : Sampling.range(values)
    try draw(values, range, to: path)
    let filters = String(path.dropLast(4)) + "-filters.png"
    let shown = min(network.machines[0].hiddenBias.count, 100)
    let weights = Array(network.machines[0].weights.array.prefix(shown * network.width))
    let reach = weights.reduce(Float.leastNormalMagnitude) { max($0, abs($1)) }
    try draw(Sampling.evened(weights, width: network.width, reach), -reach...reach, to: filters)
    Output.lines(["\(count) samples are in \(path), the first \(shown) filters in \(filters)"])
  }

  /// Each filter stretched to the same reach, since a few strong ones would leave the others gray.
  private static func evened(_ weights: [Float], width: Int, _ reach: Float) -> [Float] {
    var evened = weights
    for start in stride(from: 0, to: weights.count, by: width) {
      let own = weights[start..<start + width].reduce(Float.leastNormalMagnitude) {
        max($0, abs($1))
      }
      for i in start..<start + width { evened[i] = weights[i] / own * reach }
    }
    return evened
  }

  private static func range(_ values: [Float]) -> ClosedRange<Float> {
    let finite = values.filter(\.isFinite)
    return (finite.min() ?? 0)...(finite.max() ?? 1)
  }

  private func draw(_ values: [Float], _ range: ClosedRange<Float>, to path: String) throws {
    let isColor = shape.count == 3 && shape[0] == 3
    let isPlane = shape.count == 3 && shape[0] == 1
    let grid =
      isColor || isPlane
      ? ImageGrid(
        width: shape[2], height: shape[1], channels: isColor ? .rgb : .gray, columns: 10)
      : ImageGrid(width: network.width, height: 1, columns: 1)
    let picture = grid.picture(of: values.span, range: range)
    let bytes = try picture.encoded()
    let file = try AtomicFile(path: path, followsLink: true)
    try file.write(bytes.span.bytes)
    try file.finish()
  }
}
