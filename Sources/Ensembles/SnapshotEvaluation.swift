import Collectives
import Datasets
import Formats
import Models
import OneDNN
import Training

/// Measures the snapshots of a finished run on all ranks, one by one and combined, and makes them
/// one artefact.
public struct SnapshotEvaluation {
  private let plan: RunPlan
  private let snapshots: SnapshotPlan
  private let group: RankGroup
  private let engine: Engine
  private let stream: Stream
  private let agreement: CollectiveAgreement

  /// An evaluation of the snapshots of the run of `plan`, by the ranks of `group`.
  public init(
    _ plan: RunPlan, _ snapshots: SnapshotPlan, group: RankGroup, engine: Engine, stream: Stream
  ) {
    self.plan = plan
    self.snapshots = snapshots
    self.group = group
    self.engine = engine
    self.stream = stream
    agreement = CollectiveAgreement(communicator: group.communicator)
  }

  /// The parts that are measured: validation and test, else what was trained on.
  private var parts: [(name: String, data: any Dataset)] {
    let held = [("validation", plan.validation), ("test", plan.test)].compactMap { name, part in
      part.map { (name: name, data: $0) }
    }
    return held.isEmpty ? [("train", plan.training)] : held
  }

  /// The figures of `result` that stand beside those of snapshots.
  public func figures(of result: RunResult) -> [Figures] {
    let held = [result.validation, result.test].compactMap { $0 }
    return held.isEmpty ? [result.training].compactMap { $0 } : held
  }

  /// Measures all; the coordinator reads the snapshots in `directory`, and writes the manifest there.
  ///
  /// - Throws: `RankFailure` on every rank where a snapshot can't be read.
  public func run(in directory: RunDirectory?) throws -> SnapshotResult {
    let count = snapshots.cycleEnds.count
    let first = count - snapshots.last + 1
    let parts = parts
    var rows: [SnapshotResult.Row] = []
    var models: [TrainedModel] = []
    var members: [EnsembleManifest.Member] = []
    for cycle in 1...count {
      let model = try load(cycle, from: directory)
      let figures = try parts.map { try model.figures(on: $0.data) }
      rows.append(SnapshotResult.Row(title: "cycle \(cycle)", figures: figures))
      guard cycle >= first else { continue }
      models.append(model)
      members.append(.init(file: SnapshotPlan.file(cycle: cycle), digest: model.parameterDigest))
    }
    let weights = weights(of: rows[(first - 1)...], parts.map(\.name))
    for index in members.indices {
      rows[first - 1 + index].weight = weights[index]
      if snapshots.combination == .validationWeights { members[index].weight = weights[index] }
    }
    let ensemble = try Ensemble(
      models, by: snapshots.combination.rule(snapshots.meaning, weights: weights),
      judgedBy: plan.evaluation, objective: snapshots.objective, group: group, engine: engine,
      stream: stream)
    let combined = SnapshotResult.Row(
      title: "\(snapshots.combination.rawValue) of the last \(models.count)",
      figures: try parts.map { try ensemble.figures(on: $0.data) })
    let manifest = EnsembleManifest(snapshots.combination, members: members)
    try together { try directory?.write(manifest.json, to: EnsembleManifest.fileName) }
    return SnapshotResult(
      parts: parts.map(\.name), snapshots: rows, ensemble: combined,
      combination: snapshots.combination)
  }

  /// The weights of the members; equal ones where the rule weighs none.
  private func weights(of rows: ArraySlice<SnapshotResult.Row>, _ parts: [String]) -> [Double] {
    guard snapshots.combination == .validationWeights,
      let part = parts.firstIndex(of: "validation")
    else { return rows.map { _ in 1 / Double(rows.count) } }
    return Combination.weights(validation: rows.map { $0.figures[part].objective })
  }

  private func load(_ cycle: Int, from directory: RunDirectory?) throws -> TrainedModel {
    let model = try TrainedModel(plan.evaluation, group: group, engine: engine, stream: stream)
    try together {
      guard let directory else { return }
      try model.read(
        SafetensorsReader(path: directory.path(of: SnapshotPlan.file(cycle: cycle))))
    }
    try model.shareParameters()
    return model
  }

  private func together(_ body: () throws -> Void) throws {
    try agreement.together(describe: RankFailure.init(describing:), body)
  }
}
