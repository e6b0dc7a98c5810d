import Formats

/// What a run has left in its directory.
struct RunResult {
  /// The run directory.
  let path: String
  /// The content of `summary.json`.
  let summary: JSONValue
  /// The lines of `metrics.jsonl`.
  let epochs: [JSONValue]

  init(_ path: String) throws {
    self.path = path
    summary = try JSONValue(parsing: Files.text(path + "/summary.json"))
    epochs = try MetricsFile.read(path + "/metrics.jsonl")
  }

  /// The digest of the parameters at the end.
  var digest: String { summary["parameter_digest"]?.string ?? "none" }

  /// All that may not depend on the number of ranks, as text to be compared bit by bit: everything
  /// but speeds, times and the number of ranks itself.
  var invariant: String {
    let speeds = [
      "samples_per_second", "training_seconds", "seconds", "time", "seconds_per_rank", "ranks",
      "timestamp", "hosts",
    ]
    func kept(_ value: JSONValue) -> String {
      guard case .object(let object) = value else { return value.serialized() }
      return object.keys.filter { !speeds.contains($0) }
        .map { "\($0): \(object[$0]?.serialized() ?? "")" }.joined(separator: ", ")
    }
    return (epochs.map(kept) + [kept(summary)]).joined(separator: "\n")
  }

  /// The answers that the confusion matrix of a part of the data counts.
  func answers(_ part: String) -> Int {
    var count = 0
    for row in summary[part]?["confusion_matrix"]?.array ?? [] {
      for cell in row.array ?? [] { count += cell.int ?? 0 }
    }
    return count
  }

  /// One figure of a part of the data.
  func figure(_ part: String, _ name: String) -> Double? { summary[part]?[name]?.double }
}
