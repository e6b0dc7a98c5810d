import Ensembles
import Formats
import MPI
import OneDNN
import Training

/// The end of a run, for programs and for people.
struct RunSummary {
  let plan: RunPlan
  let result: RunResult
  /// The records that arrived and were left out, since they were wrong.
  let malformed: Int
  let digest: String
  let penalty: Double
  let ranks: Int
  let fingerprint: NumericsFingerprint
  let seconds: Double
  /// What snapshots are worth, where the run has kept some.
  var snapshots: SnapshotResult?

  /// The content of `summary.json`.
  var json: JSONObject {
    var json = JSONObject([
      ("name", JSONValue(plan.name)), ("stopped", .bool(result.wasStopped)),
      ("epochs", JSONValue(result.status.epoch)), ("steps", JSONValue(result.status.step)),
    ])
    json["train"] = result.training.map { .object($0.detailedJSON) }
    json["prequential"] = result.prequential.map { .object($0.detailedJSON) }
    if plan.followed != nil {
      json["records"] = JSONValue(result.prequential?.samples ?? 0)
      json["malformed"] = JSONValue(malformed)
    }
    json["validation"] = result.validation.map { .object($0.detailedJSON) }
    json["test"] = result.test.map { .object($0.detailedJSON) }
    if result.rollbacks > 0 { json["rollbacks"] = JSONValue(result.rollbacks) }
    json["early_stopping"] = result.earlyStopping.map { RunSummary.json($0) }
    json["ensemble"] = snapshots?.json
    json["penalty"] = JSONValue(penalty)
    json["parameters"] = JSONValue(plan.graph.parameterCount)
    json["parameter_digest"] = JSONValue(digest)
    json["seed"] = JSONValue(Int(clamping: plan.seed))
    json["batch"] = JSONValue(plan.batch)
    json["ranks"] = JSONValue(ranks)
    json["shards"] = JSONValue(plan.shards)
    json["threads"] = fingerprint.threads.map { JSONValue($0) }
    json["samples_per_second"] = JSONValue(result.samplesPerSecond)
    json["training_seconds"] = JSONValue(result.trainingSeconds)
    json["time"] = result.times.map { .object($0.json) }
    json["seconds_per_rank"] = result.times.map { times in
      .object(
        JSONObject(
          PhaseTimes.phases.map { phase in
            (phase.name, .array(times.seconds(of: phase).map { JSONValue($0) }))
          }))
    }
    json["seconds"] = JSONValue(seconds)
    json["fingerprint"] = .object(fingerprint.items)
    json["versions"] = .object(
      JSONObject([
        ("nntrain", JSONValue(Version.nntrain)), ("onednn", JSONValue(Library.version)),
        ("instruction_set", JSONValue(Library.instructionSet)),
        ("mpi", JSONValue(MPILibrary.version)),
      ]))
    return json
  }

  private static func json(_ stopping: EarlyStoppingResult) -> JSONValue {
    var json = JSONObject([("monitor", JSONValue(stopping.monitor))])
    json["best"] = stopping.best.map { JSONValue($0) }
    json["best_epoch"] = JSONValue(stopping.bestEpoch)
    if stopping.stoppedEpoch > 0 { json["stopped_epoch"] = JSONValue(stopping.stoppedEpoch) }
    json["restored"] = .bool(stopping.isRestored)
    return .object(json)
  }

  /// The table at the end of a run.
  func table(directory: String) -> [String] {
    let parts = [
      ("training", result.training), ("prequential", result.prequential),
      ("validation", result.validation), ("test", result.test),
    ].compactMap { part in part.1.map { (part.0, $0) } }
    let metrics = parts.first?.1.metrics.map(\.name) ?? []
    let names = ["objective"] + metrics
    let width = (names.map(\.count).max() ?? 0) + 2
    func row(_ title: String, _ cells: [String]) -> String {
      title + String(repeating: " ", count: max(0, width - title.count))
        + cells.map { Text.padded($0, 12) }.joined()
    }
    var lines = ["", row("", parts.map(\.0))]
    lines.append(row("objective", parts.map { Text.number($0.1.objective) }))
    if parts.contains(where: { $0.1.penalty ?? 0 != 0 }) {
      lines.append(row("penalty", parts.map { Text.number($0.1.penalty ?? 0) }))
    }
    for (index, name) in metrics.enumerated() {
      lines.append(row(name, parts.map { Text.metric(name, $0.1.metrics[index].value) }))
    }
    for (name, figures) in parts where figures.clipped > 0 {
      lines.append("note: " + Text.clipped(figures.clipped, part: name))
    }
    if let tested = result.prequential {
      lines.append(
        "\(Text.grouped(tested.samples)) records were tested, then learnt from;"
          + " \(Text.grouped(malformed)) malformed ones were left out")
    }
    lines += [
      "",
      "\(Text.duration(seconds)) in all, \(Text.rate(result.samplesPerSecond)) samples/s in"
        + " training; the model is in \(directory)",
    ]
    return lines
  }
}
