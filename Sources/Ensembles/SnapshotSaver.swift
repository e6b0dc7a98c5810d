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

  /// Saves the snapshot of the cycle that ends with this step, if one does.
  public func stepDidEnd(_ status: RunStatus) throws -> Verdict {
    guard let index = plan.cycleEnds.firstIndex(of: status.step) else { return .continue }
    try trainer.withEvaluatedParameters { parameters in
      // NaN in a file would only be found by who trusts it.
      let weights = parameters.weights
      guard allFinite(weights.span) else { return }
      try ModelFile.write(
        parameters, metadata: trainer.plan.modelMetadata + [("cycle", "\(index + 1)")],
        to: directory.path(of: SnapshotPlan.file(cycle: index + 1)))
    }
    return .continue
  }
}
