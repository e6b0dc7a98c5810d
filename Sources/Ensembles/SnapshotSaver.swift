import Formats
import Tensors
import Training

/// Saves the network as a model of its own at the end of every cycle of the learning rate.
///
/// When a cycle ends is a function of the step alone, and a snapshot is on the disk before any
/// checkpoint behind it: a resumed run finds those of earlier cycles, and writes the others, bit for
/// bit, as they would have been.
public final class SnapshotSaver: Callback {
  private let plan: SnapshotPlan
  private let directory: RunDirectory
  private unowned let trainer: Trainer
  /// The parameter digests of the snapshots that were made, by file.
  private var digests: [String: String] = [:]

  /// Saves what `trainer` trains into `directory`.
  ///
  /// - Throws: `FileError` where there is no room for the snapshots, or no folder can be made.
  public init(
    _ plan: SnapshotPlan, of trainer: Trainer, in directory: RunDirectory
  ) throws(FileError) {
    self.plan = plan
    self.directory = directory
    self.trainer = trainer
    let size = trainer.network.parameters.weights.count * MemoryLayout<Float>.stride
    try DiskSpace.require(size * plan.cycleEnds.count, at: directory.path)
    _ = try directory.createFolder(SnapshotPlan.folder)
  }

  /// Names the digests of the snapshots that are made.
  public func keepState(in state: NamedState) {
    state.keep(SnapshotSaver.stateName, of: self, \.digests, isOptional: true)
  }

  /// Saves the snapshot of the cycle that ends where the run is resumed, if it is not there.
  public func runWillStart(_ status: RunStatus) throws -> Verdict {
    guard let index = plan.cycleEnds.firstIndex(of: status.step) else { return .continue }
    if SnapshotSaver.flaw(index, digests, in: directory) != nil { try save(index) }
    return .continue
  }

  /// Saves the snapshot of the cycle that ends with this step, if one does.
  public func stepDidEnd(_ status: RunStatus) throws -> Verdict {
    if let index = plan.cycleEnds.firstIndex(of: status.step) { try save(index) }
    return .continue
  }

  private func save(_ index: Int) throws {
    try trainer.withEvaluatedParameters { parameters in
      // NaN in a file would only be found by who trusts it.
      let weights = parameters.weights
      guard allFinite(weights.span) else { return }
      let file = SnapshotPlan.file(cycle: index + 1)
      try ModelFile.write(
        parameters, metadata: trainer.plan.modelMetadata + [("cycle", "\(index + 1)")],
        to: directory.path(of: file))
      digests[file] = ModelFile.digest(parameters)
    }
  }

  /// The first of the cycles that `state` has behind it whose snapshot in `directory` is absent, damaged or not
  /// the one that was made, and what is wrong with it.
  public static func firstFlaw(
    _ plan: SnapshotPlan, at state: TrainingState, in directory: RunDirectory
  ) -> (cycle: Int, flaw: String)? {
    let known = state.named[stateName]?.object?.members ?? []
    let digests = Dictionary(known.map { ($0.key, $0.value.string ?? "") }) { $1 }
    for index in plan.cycleEnds.indices where plan.cycleEnds[index] <= state.step {
      if let flaw = flaw(index, digests, in: directory) { return (index, flaw) }
    }
    return nil
  }

  private static func flaw(
    _ index: Int, _ digests: [String: String], in directory: RunDirectory
  ) -> String? {
    let file = SnapshotPlan.file(cycle: index + 1)
    guard let reader = try? SafetensorsReader(path: directory.path(of: file)) else {
      return "is absent or damaged"
    }
    guard let wanted = digests[file] else { return nil }
    return (try? ParameterDigest.hex(of: reader)) == wanted ? nil : "is not the one that was saved"
  }

  private static let stateName = "snapshots"
}
