import Formats
import Tensors

extension Trainer {
  /// Whether the run may go back once more.
  public var canRollBack: Bool { step.rollback.count < plan.divergence.rollbacks }

  /// What the learning rate will be multiplied by after going back once more.
  public var nextRateScale: Double { step.rollback.scale * plan.divergence.factor }

  /// Whether the run may go back to the checkpoint after `updates` updates.
  ///
  /// Only to regular ones, so that the run goes back alike whether or not it was ever interrupted; and
  /// behind the parameters that have just diverged, which would do so again: a smaller rate enters
  /// with the next update only.
  public func isRollbackTarget(_ updates: Int) -> Bool {
    guard updates < step.step, let period = rollbackPeriod else { return false }
    return updates.isMultiple(of: period)
  }

  /// The distance of the checkpoints to which the run may go back; nil where it never does.
  var rollbackPeriod: Int? {
    guard plan.divergence.rollbacks > 0 else { return nil }
    return plan.checkpoints.period(stepsPerEpoch: shardPlan.steps)
  }

  /// Leaves what repeats a step that diverges in `folder`; for the coordinator alone.
  public func keepReplayBundles(in folder: String) { step.keepReplayBundles(in: folder) }

  /// Waits until the checkpoints that were begun are on the disk.
  public func finishCheckpoints() { writer?.finish() }

  /// Removes the checkpoints that the run has written behind the update `step`, to which it goes back; on
  /// the coordinator.
  ///
  /// They would be newer than those that it writes from there on, and be gone on from in their place.
  public func abandonCheckpoints(after step: Int) throws(FileError) {
    try writer?.abandon(after: step)
  }

  /// Takes the run back to `checkpoint`, which the coordinator hands in, with a smaller rate; then it
  /// can be trained again.
  ///
  /// The times are counted on, whatever the checkpoint says. A run that is killed behind it diverges at
  /// the same step once more, and goes back in the same way.
  public func rollBack(to checkpoint: Checkpoint?) throws {
    var state = step.rollback
    state.count += 1
    state.scale = nextRateScale
    try resume(from: checkpoint)
    step.rollback = state
  }

  /// Checks what an update has left: a rate that is too large can make finite gradients into infinite
  /// parameters, which a network may hide from its objective.
  ///
  /// Every step checks its gradient; this pass over parameters and slots comes at the end of each
  /// epoch and before each checkpoint, so that none ever holds such a number.
  ///
  /// - Throws: ``TrainingError`` on every rank, since all hold the same bits.
  func requireFinite(afterStep step: Int) throws(TrainingError) {
    let (weights, slots) = (network.parameters.weights, update.slots)
    guard !allFinite(weights.span) || !allFinite(slots.span) else { return }
    let first = network.parameters.entries.first { !allFinite(weights.span($0.range)) }
    let what = first?.name ?? "the optimizer's memory"
    throw TrainingError(
      code: ExitCode.diverged,
      "training diverged: after step \(step) \(what) holds numbers that are not finite; use a smaller"
        + " learning rate, or clip the gradient")
  }
}
