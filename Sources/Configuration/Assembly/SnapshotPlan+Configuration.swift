import Datasets
import Ensembles
import Layers
import Models
import Objectives
import Training

extension RunConfiguration {
  /// What the outputs of a network of this configuration are; `graph` as ``fused(_:)`` left it.
  public func outputMeaning(_ targets: TargetDescription, graph: NetworkGraph) -> OutputMeaning {
    switch graph.shownActivation {
    case .softmax: return .distribution
    case .sigmoid: return .answers
    default: break
    }
    if targets.answerNames != nil { return .scores }
    return .values
  }

  /// The snapshots of a run of `plan`; nil where it keeps none.
  ///
  /// - Throws: ``ConfigurationError`` where they do not fit the run.
  func snapshotPlan(
    _ plan: RunPlan, targets: TargetDescription, notes: inout [String]
  ) throws(ConfigurationError) -> SnapshotPlan? {
    guard let snapshots = ensemble.snapshots else { return nil }
    func error(_ reason: String) -> ConfigurationError {
      ConfigurationError(at: snapshots.position, "ensemble.snapshots: " + reason)
    }
    guard plan.earlyStopping == nil else {
      throw error("early_stopping would end the run before its last cycle; leave one of them out")
    }
    guard let ends = plan.learningRate.cycleEnds(in: plan.extent) else {
      throw error(
        "the steps of the run are unknown while training.epochs is in minutes; give it in epochs or"
          + " steps")
    }
    guard ends.count == snapshots.cycles else {
      throw error(
        "cycles is \(snapshots.cycles), but the schedule has \(ends.count) whole cycles in"
          + " \(plan.extent.totalSteps ?? 0) steps; set cycles to \(ends.count), or train longer")
    }
    let meaning = outputMeaning(targets, graph: plan.graph)
    if let flaw = snapshots.combination.flaw(meaning) { throw error("combine: " + flaw) }
    if snapshots.combination == .validationWeights, plan.validation == nil {
      throw error(
        "combine: validation_weights needs a validation part; set data.split.validation, or give"
          + " data.validation")
    }
    let lengths = zip(ends, [0] + ends).map { $0 - $1 }
    if let last = lengths.last, let before = lengths.dropLast().last, last < before {
      notes.append(
        "the last cycle of ensemble.snapshots has \(last) steps, the others \(before): its rate does"
          + " not come down to 0")
    }
    return SnapshotPlan(
      cycleEnds: ends, last: snapshots.last ?? snapshots.cycles,
      combination: snapshots.combination, meaning: meaning, objective: objective)
  }
}
