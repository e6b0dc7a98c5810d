import Collectives
import Formats
import Tensors

extension RunStatus {
  /// The status at which `state` stands.
  init(_ state: TrainingState) {
    epoch = state.epoch
    step = state.step
    stepInEpoch = state.stepInEpoch
    learningRate = state.learningRate
    trainingSeconds = state.epochSeconds
    seconds = state.seconds
  }
}

extension Trainer {
  /// Writes checkpoints of this run into `store` from now on; for the coordinator alone.
  ///
  /// - Parameters:
  ///   - fingerprint: what decides the bits beside the configuration.
  ///   - configurationDigest: a digest of what decides the result.
  ///   - companions: files that are flushed to the disk before a checkpoint appears.
  ///   - history: the lines of `metrics.jsonl` so far, which checkpoints hold as well.
  /// - Throws: `FileError` where there is no room for as many as stay, or no folder can be made.
  public func keepCheckpoints(
    in store: CheckpointStore, fingerprint: NumericsFingerprint, configurationDigest: String,
    companions: [String], history: @escaping () -> [UInt8] = { [] }
  ) throws {
    typealias Key = CheckpointNames.Key
    var metadata = [
      ModelFile.formatKey: ModelFile.formatVersion,
      Key.version: "\(CheckpointNames.version)", Key.seed: "\(plan.seed)",
      Key.shards: "\(plan.shards)", Key.samples: "\(plan.training.count)",
      Key.fingerprint: JSONValue.object(fingerprint.items).serialized(),
      Key.configurationDigest: configurationDigest,
    ]
    metadata.merge(plan.modelMetadata) { $1 }
    let size = CheckpointWriter.byteCount(
      network.parameters, slots: update.slotNames.count + savedArenas.count)
    // One more is written before one is removed, and the model has to find room as well.
    let planned =
      plan.checkpoints.keep + plan.checkpoints.best + 2 + (rollbackPeriod == nil ? 0 : 2)
    let missing = max(1, min(planned, expectedCheckpoints) - (try store.steps().count))
    let (room, overflow) = size.multipliedReportingOverflow(by: missing)
    try DiskSpace.require(overflow ? .max : room, at: store.folder)
    try Folder.create(store.folder)
    let figure = plan.evaluation.metrics.first { $0.name == plan.checkpoints.figure }
    writer = try CheckpointWriter(
      plan.checkpoints, store: store, parameters: network.parameters, update: update,
      largerIsBetter: figure?.largerIsBetter ?? false, rollbackPeriod: rollbackPeriod,
      arenas: savedArenas, metadata: metadata, companions: companions, history: history)
    // A run that was killed between writing its last checkpoint and removing the oldest has one too many.
    if start.step > 0 { try writer?.prune() }
  }

  /// The checkpoints that the run writes at most, as far as that can be told.
  private var expectedCheckpoints: Int {
    guard case .epochs(let epochs) = plan.length,
      case .epochs(let every) = plan.checkpoints.interval
    else { return Int.max }
    return epochs / every + 3
  }

  /// What checkpoints hold beside parameters and slots.
  private var savedArenas: [SavedArena] {
    earlyStopping?.best.map { [SavedArena(name: "best", values: $0)] } ?? []
  }

  /// Sets parameters, optimizer and position to those of `checkpoint`, which the coordinator hands
  /// in and all ranks get.
  ///
  /// - Throws: `RankFailure` on every rank where the checkpoint does not fit the network.
  public func resume(from checkpoint: Checkpoint?) throws {
    let communicator = group.communicator
    // The optimizer's memory may be common to all ranks: none reads it any more.
    try communicator.barrier()
    try together {
      if let checkpoint {
        try checkpoint.read(into: network.parameters, update, arenas: savedArenas)
      }
    }
    let broadcast = ParameterBroadcast(communicator: communicator)
    try broadcast.broadcast(network.parameters.weights, root: 0)
    try broadcast.broadcast(update.slots, root: 0)
    for arena in savedArenas { try broadcast.broadcast(arena.values, root: 0) }
    let sums = try communicator.broadcast(checkpoint?.state.epochSums ?? [], root: 0)
    let texts = checkpoint?.state.texts.map { ($0.key, JSONValue($0.value)) } ?? []
    let text = try communicator.broadcast(
      JSONValue.object(JSONObject(texts)).serialized(), root: 0)
    try together {
      let object = try JSONValue(parsing: text).object ?? JSONObject()
      let texts = object.members.map { ($0.key, $0.value.string ?? "") }
      guard
        let state = TrainingState(
          texts: Dictionary(texts) { $1 }, epochSums: sums),
        state.stepInEpoch <= shardPlan.steps, isWithinReach(state),
        sums.count == (state.isEpochComplete ? 0 : step.totalSumCount)
      else {
        throw TrainingError(
          code: ExitCode.badContent,
          "the checkpoint stands where this run never comes; it belongs to another one")
      }
      try named.restore(state.named)
      start = state
      isEpochComplete = state.isEpochComplete
      step.resume(step: state.step, epoch: state.epoch - 1, sums: sums)
    }
    lastCheckpoint = (MonotonicClock.seconds, start)
  }

  /// Whether the steps of `state` are those of its epochs; the rounds of a stream may be shorter.
  private func isWithinReach(_ state: TrainingState) -> Bool {
    let (most, overflow) = state.epoch.multipliedReportingOverflow(by: shardPlan.steps)
    let isReached = overflow || state.step <= most
    return isReached && state.step >= state.stepInEpoch
  }

  /// Sets the parameters to those of `reader`, which the coordinator hands in and all ranks get.
  ///
  /// - Throws: `RankFailure` on every rank where the names and shapes are not those of the network.
  public func initialize(from reader: SafetensorsReader?) throws {
    try together {
      guard let reader else { return }
      try InitialParameters.check(reader, plan.graph)
      try ModelFile.read(reader, into: network.parameters)
    }
    try ParameterBroadcast(communicator: group.communicator)
      .broadcast(network.parameters.weights, root: 0)
    update.startAverage()
  }

  /// Sets some of the parameters by `copies`, which the coordinator hands in; all ranks get them.
  ///
  /// - Throws: `RankFailure` on every rank where a tensor is absent or of another shape.
  public func initialize(copying copies: [ParameterCopy]) throws {
    try together { for copy in copies { try copy.read(into: network.parameters) } }
    try ParameterBroadcast(communicator: group.communicator)
      .broadcast(network.parameters.weights, root: 0)
    update.startAverage()
  }

  /// Whether the coordinator's clock asks for a checkpoint.
  var isCheckpointLate: Bool {
    guard case .seconds(let seconds) = plan.checkpoints.interval, writer != nil else {
      return false
    }
    return MonotonicClock.seconds - lastCheckpoint.seconds >= seconds
  }

  /// Tells of a write that failed in the background, so that the next step ends the run.
  func takeBackgroundFailure() {
    if let error = writer?.takeFailure() { failure = failure ?? RankFailure(describing: error) }
  }

  /// Writes the checkpoint that is due at the end of an epoch, if one is.
  func checkpointAfterEpoch(_ status: RunStatus, isOver: Bool) throws {
    guard isEpochComplete else { return }
    let figure = plan.checkpoints.value(status)
    guard
      plan.checkpoints.isDue(afterEpoch: status.epoch) || writer?.isAmongBest(figure) == true
    else { return }
    clock.spend(.checkpoint) { write(status, isOver: isOver, sums: []) }
  }

  /// Writes a checkpoint; every rank calls this in the same step.
  ///
  /// - Parameters:
  ///   - isLast: whether all ranks wait until it is on the disk, as for the one before the first step
  ///     and the one after the last.
  ///   - isAsked: whether somebody asked the run to stop, so that it is written in any case.
  func checkpoint(
    _ status: RunStatus, isOver: Bool = false, isLast: Bool = false, isAsked: Bool = false
  ) throws {
    guard plan.checkpoints.interval != .never || isAsked else { return }
    // What a callback could not write must not lie behind a checkpoint, from which it is never written again.
    _ = try agree(true)
    try requireFinite(afterStep: status.step)
    try clock.spend(.checkpoint) {
      // What goes to the disk is what all ranks hold.
      try lockstep.verify(step: status.step)
      let sums =
        isEpochComplete
        ? [] : Array(try group.communicator.allGather(step.sums).joined())
      write(status, isOver: isOver, sums: sums)
      guard isLast else { return }
      writer?.finish()
      takeBackgroundFailure()
      _ = try agree(true)
    }
  }

  private func write(_ status: RunStatus, isOver: Bool, sums: [Double]) {
    guard let writer else { return }
    var state = TrainingState()
    state.step = status.step
    state.epoch = status.epoch
    state.stepInEpoch = status.stepInEpoch
    state.isEpochComplete = isEpochComplete
    state.isOver = isOver
    state.learningRate = status.learningRate
    state.seconds = status.seconds
    state.epochSeconds = isEpochComplete ? 0 : status.trainingSeconds
    state.epochSums = sums
    do { state.named = try named.values() } catch {
      failure = failure ?? RankFailure(describing: error)
      return
    }
    // At the end of a run the last one is often there already.
    var last = lastCheckpoint.state
    last?.seconds = state.seconds
    if last != state {
      writer.write(
        state, figure: isEpochComplete ? plan.checkpoints.value(status) : nil, shards: plan.shards)
    }
    lastCheckpoint = (MonotonicClock.seconds, state)
  }

  /// Runs `body`, which talks to nobody, on every rank; if it fails on any, all throw together.
  private func together(_ body: () throws -> Void) throws {
    try agreement.together(describe: RankFailure.init(describing:), body)
  }
}
