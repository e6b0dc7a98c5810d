/// What a callback may know of a run: values that every rank has.
public struct RunStatus {
  /// The epoch, counted from 1; 0 before the first.
  public var epoch = 0
  /// Updates done so far.
  public var step = 0
  /// The steps of one epoch.
  public var stepsPerEpoch = 0
  /// The steps of this epoch that are done.
  public var stepInEpoch = 0
  /// The epochs to train, where the length is given in epochs.
  public var epochs: Int?
  /// The learning rate of the last step.
  public var learningRate: Float = 0
  /// The mean objective of the last minibatch.
  public var batchObjective: Float = 0
  /// The training samples of one epoch.
  public var samplesPerEpoch = 0
  /// The figures of the epoch's steps.
  public var training: Figures?
  /// The figures of the validation part after the epoch.
  public var validation: Figures?
  /// The figures of the records that arrived in the epoch, each tested before it was learnt from.
  public var prequential: Figures?
  /// What was measured of the layers in the epoch's steps.
  public var gradientFlow: [GradientFlowSample] = []
  /// The seconds that the epoch's steps took.
  public var trainingSeconds = 0.0
  /// Where the time of the epoch went.
  public var times: PhaseTimes?
  /// What a person should know of the epoch.
  public var note: String?
  /// The seconds since the run began.
  public var seconds = 0.0

  /// Whether all steps of the epoch are done; one that the run's length has cut off may still go on in
  /// a longer run, so nothing is decided by its figures.
  public var isEpochComplete: Bool { stepInEpoch == stepsPerEpoch }

  /// The samples per second of the epoch's steps.
  public var samplesPerSecond: Double {
    guard trainingSeconds > 0 else { return 0 }
    let share = stepsPerEpoch == 0 ? 0 : Double(stepInEpoch) / Double(stepsPerEpoch)
    return Double(samplesPerEpoch) * share / trainingSeconds
  }
}

/// Whether a run goes on.
public enum Verdict: Sendable {
  /// Go on.
  case `continue`
  /// End after this step or epoch.
  case stop
}

/// Something that looks on at fixed points of a run; the only way to extend the loop.
///
/// Every rank calls the hooks of its callbacks with the same status; callbacks that may answer
/// `.stop` belong to every rank and must answer alike. What a hook throws ends the run on every rank
/// when they next talk: in the next step, or at the end of the epoch or the run.
public protocol Callback: AnyObject {
  /// Names what a resumed run has to know of this callback; once, before anything else.
  func keepState(in state: NamedState)
  /// Before the first step.
  func runWillStart(_ status: RunStatus) throws -> Verdict
  /// Before the steps of an epoch.
  func epochWillStart(_ status: RunStatus) throws -> Verdict
  /// After a step.
  func stepDidEnd(_ status: RunStatus) throws -> Verdict
  /// After the steps of an epoch and its evaluation.
  func epochDidEnd(_ status: RunStatus) throws -> Verdict
  /// After the network was measured on the validation part.
  func evaluationDidEnd(_ status: RunStatus) throws -> Verdict
  /// After the last step, whatever ended the run.
  func runDidEnd(_ status: RunStatus) throws -> Verdict
}

extension Callback {
  /// Nothing to keep.
  public func keepState(in state: NamedState) {}
  /// Nothing to do.
  public func runWillStart(_ status: RunStatus) throws -> Verdict { .continue }
  /// Nothing to do.
  public func epochWillStart(_ status: RunStatus) throws -> Verdict { .continue }
  /// Nothing to do.
  public func stepDidEnd(_ status: RunStatus) throws -> Verdict { .continue }
  /// Nothing to do.
  public func epochDidEnd(_ status: RunStatus) throws -> Verdict { .continue }
  /// Nothing to do.
  public func evaluationDidEnd(_ status: RunStatus) throws -> Verdict { .continue }
  /// Nothing to do.
  public func runDidEnd(_ status: RunStatus) throws -> Verdict { .continue }
}
