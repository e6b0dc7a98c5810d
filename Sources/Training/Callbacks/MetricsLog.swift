import Formats

/// Appends one line per epoch to `metrics.jsonl`, and one for every so many steps where that is asked for.
public final class MetricsLog: Callback {
  private let directory: RunDirectory
  /// After how many steps a line is written; nil for never.
  private let stepInterval: Int?
  /// The updates after which snapshots are saved.
  private let snapshotSteps: [Int]
  /// The hosts of the ranks; empty once they are written.
  private var hosts: [String]
  private let didWrite: (JSONValue) -> Void

  /// A log in `directory`.
  ///
  /// - Parameters:
  ///   - stepInterval: After how many steps a line on the last minibatch is written; nil for never.
  ///   - snapshotSteps: The updates after which snapshots are saved.
  ///   - hosts: The host of each rank, which the first line reports.
  ///   - didWrite: Is called with every line on an epoch that has been written.
  public init(
    _ directory: RunDirectory, stepInterval: Int? = nil, snapshotSteps: [Int] = [],
    hosts: [String] = [],
    didWrite: @escaping (JSONValue) -> Void = { _ in }
  ) {
    self.directory = directory
    self.stepInterval = stepInterval
    self.snapshotSteps = snapshotSteps
    self.hosts = hosts
    self.didWrite = didWrite
  }

  /// Writes the line of a step, where its turn has come.
  public func stepDidEnd(_ status: RunStatus) throws -> Verdict {
    guard let stepInterval, status.step % stepInterval == 0 else { return .continue }
    try append(
      JSONObject([
        ("epoch", JSONValue(status.epoch)), ("step", JSONValue(status.step)),
        ("learning_rate", JSONValue(status.learningRate)),
        (MetricsFile.stepKey, JSONValue(status.batchObjective)),
      ]))
    return .continue
  }

  /// Appends a line with the present time, the first one with the hosts.
  @discardableResult
  private func append(_ line: JSONObject) throws -> JSONValue {
    var line = line
    line["timestamp"] = JSONValue(UTCTime.now().iso)
    if !hosts.isEmpty { line["hosts"] = .array(hosts.map { JSONValue($0) }) }
    hosts = []
    try directory.append(metrics: .object(line))
    return .object(line)
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
    didWrite(try append(line))
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
