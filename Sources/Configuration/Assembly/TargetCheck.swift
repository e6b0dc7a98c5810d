import Datasets
import Objectives
import Tensors
import Training

/// Whether targets are such as an objective is defined for.
struct TargetCheck {
  /// How far a row of shares may be from adding up to 1.
  private static let tolerance = 1e-3

  /// The objectives that will read the targets, by name.
  private var readers: [(name: String, domain: TargetDomain)] = []

  /// The check for the objective and the metrics of `configuration`.
  init(_ configuration: RunConfiguration) {
    let told = configuration.metrics.compactMap { ($0 as? ObjectiveMetric)?.objective }
    for objective in [configuration.objective] + told {
      readers.append((Registry.name(of: objective), objective.targetDomain))
    }
  }

  /// Reads all targets of `data`, which messages call `name`.
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
      if let flaw = flaw(in: data, from: 0) { throw flaw.error(name) }
    }
  }

  /// The first sample of `data` from `start` on whose target values have no meaning.
  func flaw(in data: any GatheringDataset, from start: Int) -> SampleFlaw? {
    guard case .values(let width) = data.targets, width > 0,
      readers.contains(where: { $0.domain != .any })
    else { return nil }
    let block = 1024
    let storage = FloatStorage(count: block * width)
    for first in stride(from: start, to: data.count, by: block) {
      let samples = Array(first..<min(first + block, data.count))
      var targets = storage.mutableSpan(0..<samples.count * width)
      data.gatherTargets(samples.span, into: &targets, form: .values, width: width)
      for sample in samples {
        let place = (sample - first) * width
        let row = storage.span(place..<place + width)
        for reader in readers {
          guard let problem = Self.problem(row, reader.domain) else { continue }
          return SampleFlaw(
            sample: sample,
            text: "has \(problem.found); \(reader.name) needs " + problem.wanted)
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
  /// Checks that every target of `data`, which messages call `name`, has a meaning for the objective.
  ///
  /// - Throws: `DatasetError` naming the first sample whose target has none.
  public func checkTargets(of data: any GatheringDataset, _ name: String) throws(DatasetError) {
    try TargetCheck(self).check(data, name)
  }
}
