import Datasets
import Models
import Objectives
import Tensors
import Training

/// Whether targets are such as an objective is defined for.
struct TargetCheck {
  /// How far a row of shares may be from adding up to 1.
  private static let tolerance = 1e-3

  /// The objectives that will read the targets, by name.
  private var readers: [(name: String, domain: TargetDomain)] = []

  /// The network that is to answer; nil where it isn't known.
  private let graph: NetworkGraph?

  /// The check for the objective and the metrics of `configuration`, whose network is `graph`.
  ///
  /// Where it answers step by step, so are the targets judged, but for padded steps.
  init(_ configuration: RunConfiguration, _ graph: NetworkGraph?) {
    self.graph = graph
    let told = configuration.metrics.compactMap { ($0 as? ObjectiveMetric)?.objective }
    for objective in [configuration.objective] + told {
      readers.append((Registry.name(of: objective), objective.targetDomain))
    }
  }

  /// Reads all targets of `data`, prepared as for the network, which messages call `name`.
  ///
  /// - Throws: `DatasetError` naming the first sample whose target has no meaning.
  func check(_ data: any GatheringDataset, _ name: String) throws(DatasetError) {
    switch data.targets {
    case .classes(let names), .classSequences(let names, _):
      if let reader = readers.first, names.count == 1,
        reader.domain != .any && reader.domain != .nonNegative
      {
        throw DatasetError(
          .badContent,
          "\(name): every sample is of the class \"\(names[0])\"; \(reader.name) needs two classes")
      }
    case .values:
      if let flaw = try flaw(in: data, from: 0) { throw flaw.error(name) }
    }
  }

  /// The first sample of `data` from `start` on whose target values have no meaning.
  func flaw(
    in data: any GatheringDataset, from start: Int
  ) throws(DatasetError) -> SampleFlaw? {
    guard case .values(let width) = data.targets, width > 0,
      readers.contains(where: { $0.domain != .any })
    else { return nil }
    let steps = width == graph?.outputShape.count ? graph?.positions ?? 1 : 1
    let mask = steps > 1 ? graph.flatMap { StepMask($0, data) } : nil
    // Wide targets are read a few samples at a time.
    let block = max(1, min(mask == nil ? 1024 : 64, data.count, (1 << 20) / width))
    let storage = FloatStorage(count: block * width)
    for first in stride(from: start, to: data.count, by: block) {
      let samples = Array(first..<min(first + block, data.count))
      var targets = storage.mutableSpan(0..<samples.count * width)
      data.gatherTargets(samples.span, into: &targets, form: .values, width: width)
      try mask?.read(samples)
      let size = width / steps
      for place in 0..<samples.count * steps where mask?.isPadding(place) != true {
        let row = storage.span(place * size..<(place + 1) * size)
        for reader in readers {
          guard let problem = Self.problem(row, reader.domain) else { continue }
          return SampleFlaw(
            sample: samples[place / steps],
            text:
              "has \(steps > 1 ? "at step \(place % steps) " : "")\(problem.found); \(reader.name)"
              + " needs " + problem.wanted)
        }
      }
    }
    return nil
  }

  private static func problem(
    _ row: Span<Float>, _ domain: TargetDomain
  ) -> (found: String, wanted: String)? {
    var total = 0.0
    for j in 0..<row.count {
      let t = row[j]
      total += Double(t)
      let wanted: String? =
        switch domain {
        case .any: nil
        case .nonNegative: t >= 0 ? nil : "numbers of at least 0"
        case .unit: t >= 0 && t <= 1 ? nil : "numbers from 0 to 1"
        case .distribution: t >= 0 && t <= 1 ? nil : "rows of shares from 0 to 1"
        case .signs: t == 0 || t == 1 || t == -1 ? nil : "−1 (or 0) for no and 1 for yes"
        }
      if let wanted { return ("the target \(t)", wanted) }
    }
    guard domain == .distribution, abs(total - 1) > tolerance else { return nil }
    return ("targets that add up to \(Float(total))", "rows of shares that add up to 1")
  }
}

extension RunConfiguration {
  /// Checks that every target of `data`, prepared as for the network `graph`, which messages call `name`, has a
  /// meaning for the objective.
  ///
  /// - Throws: `DatasetError` naming the first sample whose target has none.
  public func checkTargets(
    of data: any GatheringDataset, _ name: String, for graph: NetworkGraph
  ) throws(DatasetError) {
    try TargetCheck(self, graph).check(data, name)
  }

  /// The network for samples of `shape` and `parts`; nil where there can be none, which is told when the run is
  /// put together.
  func network(for shape: [Int], parts: [DataSchema.Part]?) -> NetworkGraph? {
    try? NetworkGraph(model, inputShape: Shape(shape), inputs: NetworkInput.all(parts))
  }

  /// The numbers of a step, where samples of `schema` are sequences in one row that may end early; nil elsewhere.
  func features(of schema: DataSchema) -> Int? {
    guard schema.isPadded == true else { return nil }
    if schema.inputShape.count == 2 { return schema.inputShape[1] }
    guard schema.inputShape.count == 1 else { return nil }
    return network(for: schema.inputShape, parts: nil)?.mask.map { $0.range.count / $0.steps }
  }
}
