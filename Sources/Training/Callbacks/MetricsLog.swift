import Formats

/// Appends one line per epoch to `metrics.jsonl`.
public final class MetricsLog: Callback {
  private let directory: RunDirectory
  /// The updates after which snapshots are saved.
  private let snapshotSteps: [Int]
  /// The hosts of the ranks; empty once they are written.
  private var hosts: [String]
  private let didWrite: (JSONValue) -> Void

  /// A log in `directory`.
  ///
  /// - Parameters:
  ///   - snapshotSteps: The updates after which snapshots are saved.
  ///   - hosts: The host of each rank, which the first line reports.
  ///   - didWrite: Is called with every line that has been written.
  public init(
    _ directory: RunDirectory, snapshotSteps: [Int] = [], hosts: [String] = [],
    didWrite: @escaping (JSONValue) -> Void = { _ in }
  ) {
    self.directory = directory
    self.snapshotSteps = snapshotSteps
    self.hosts = hosts
    self.didWrite = didWrite
  }

  /// Writes the epoch's line.
  public func epochDidEnd(_ status: RunStatus) throws -> Verdict {
    var line = JSONObject([
      ("epoch", JSONValue(status.epoch)), ("step", JSONValue(status.step)),
      ("learning_rate", JSONValue(status.learningRate)),
    ])
    line["train"] = status.training.map { .object($0.json) }
    line["prequential"] = status.prequential.map { .object($0.json) }
    line["validation"] = status.validation.map { .object($0.json) }
    if !status.gradientFlow.isEmpty {
      line["gradient_flow"] = .array(status.gradientFlow.map { .object($0.json) })
    }
    let first = status.step - status.stepInEpoch
    let saved = snapshotSteps.filter { $0 > first && $0 <= status.step }
    if !saved.isEmpty { line["snapshots"] = .array(saved.map { JSONValue($0) }) }
    line["samples_per_second"] = JSONValue(status.samplesPerSecond)
    line["training_seconds"] = JSONValue(status.trainingSeconds)
    line["time"] = status.times.map { .object($0.json) }
    line["seconds"] = JSONValue(status.seconds)
    line["timestamp"] = JSONValue(UTCTime.now().iso)
    if !hosts.isEmpty { line["hosts"] = .array(hosts.map { JSONValue($0) }) }
    hosts = []
    try directory.append(metrics: .object(line))
    didWrite(.object(line))
    return .continue
  }
}

extension Figures {
  /// The objective, the penalty apart from it, and every metric by name.
  public var json: JSONObject {
    JSONObject(
      [("objective", JSONValue(objective))]
        + (penalty.map { [("penalty", JSONValue($0))] } ?? [])
        + metrics.map { ($0.name, JSONValue($0.value)) })
  }

  /// The same, with tables of counts, and with the numbers that had to be clipped where there are any.
  public var detailedJSON: JSONObject {
    var object = json
    for table in tables {
      object[table.name] = .array(table.rows.map { .array($0.map { JSONValue($0) }) })
    }
    if clipped > 0 { object["clipped"] = JSONValue(clipped) }
    return object
  }
}
