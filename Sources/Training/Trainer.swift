import Collectives
import Datasets
import Layers
import Models
import OneDNN
import Tensors

/// The result of a run.
public struct RunResult {
  /// Where the run stood at its end.
  public var status: RunStatus
  /// The figures of the parts, the training part measured without dropout.
  public var training: Figures?
  /// The figures of all records that arrived, each tested before it was learnt from.
  public var prequential: Figures?
  /// The validation part's.
  public var validation: Figures?
  /// The test part's.
  public var test: Figures?
  /// How often the run has gone back to a checkpoint after it diverged.
  public var rollbacks = 0
  /// What early stopping has done; nil where there is none.
  public var earlyStopping: EarlyStoppingResult?
  /// Whether somebody asked the run to stop before its end.
  public var wasStopped: Bool
  /// The seconds of all steps.
  public var trainingSeconds: Double
  /// The samples of all steps.
  public var trainedSamples: Int
  /// Where the time of all epochs went.
  public var times: PhaseTimes?

  /// The samples per second over all steps.
  public var samplesPerSecond: Double {
    trainingSeconds > 0 ? Double(trainedSamples) / trainingSeconds : 0
  }
}

/// Trains a network: every rank calls ``train(stop:)`` with the same plan, and all hold the same bits
/// after every step.
public final class Trainer {
  /// The plan of the run.
  public let plan: RunPlan
  /// The network with its parameters.
  public let network: Network
  /// What a resumed run has to know beside the parameters, by name.
  public let named = NamedState()
  let group: RankGroup
  private var callbacks: [any Callback]
  let earlyStopping: EarlyStopping?
  let shardPlan: ShardPlan
  let update: ParameterUpdate
  let step: MinibatchStep
  private let evaluator: Evaluator
  private let reduction: MetricReduction
  /// What hands arriving records on; nil where the training part is learnt from.
  let arrivals: Arrivals?
  /// What is known of the records that were learnt from.
  var stream = StreamState()
  let agreement: CollectiveAgreement
  /// What went wrong on this rank since the ranks last agreed.
  var failure: RankFailure?
  /// Where the run begins.
  var start = TrainingState()
  /// Whether the epoch is evaluated and told.
  var isEpochComplete = true
  /// What writes checkpoints, on the coordinator of a run that keeps some.
  var writer: CheckpointWriter?
  /// The clock at the last checkpoint, and where the run stood.
  var lastCheckpoint: (seconds: Double, state: TrainingState?) = (MonotonicClock.seconds, nil)
  let sums: FigureSums
  let lockstep: LockstepCheck
  /// What tells where this rank's time goes.
  public let clock: PhaseClock
  private let times: EpochTimes

  /// Builds the network with its first values and compiles every plan that will be needed.
  ///
  /// - Throws: ``TrainingError`` or ``NetworkError``, the same on every rank.
  public init(
    _ plan: RunPlan, group: RankGroup, engine: Engine, stream: Stream, callbacks: [any Callback]
  ) throws {
    self.plan = plan
    self.group = group
    shardPlan = plan.shardPlan
    network = try Trainer.compile(plan, shardPlan, engine: engine, stream: stream)
    network.parameters.initialize(key: RandomKey(seed: plan.seed, purpose: .initialization))
    let reducer = try MinibatchStep.reducer(plan, network, group)
    update = ParameterUpdate(
      plan.optimizer, store: network.parameters, penalties: plan.penalties,
      clipping: plan.clipping, average: plan.weightAverage,
      division: try UpdateDivision(
        plan, network.parameters, sharesSum: reducer.sharesSum, group.communicator))
    let (weights, update) = (network.parameters.weights, update)
    earlyStopping = plan.earlyStopping.map { EarlyStopping($0, weights: weights, of: update) }
    self.callbacks = callbacks + [earlyStopping].compactMap { $0 }
    clock = PhaseClock(group.heartbeat, recorder: group.recorder)
    times = try EpochTimes(clock, group: group, shards: plan.shards)
    lockstep = LockstepCheck(network.parameters, update, group: group)
    step = try MinibatchStep(
      plan, shardPlan: shardPlan, network: network, reducer: reducer, update: update,
      lockstep: lockstep, group: group, clock: clock)
    agreement = CollectiveAgreement(communicator: group.communicator)
    evaluator = Evaluator(
      plan.evaluation, network: network, group: group,
      largest: [plan.training, plan.validation, plan.test].compactMap { $0?.count }.max() ?? 0)
    sums = FigureSums(metrics: plan.evaluation.metrics)
    reduction = MetricReduction(communicator: group.communicator, width: step.sumWidth)
    arrivals = plan.followed.map { Arrivals($0, dropsLast: plan.dropsLast, group: group) }
    if arrivals != nil {
      named.keep("stream", of: self, \.stream) {
        // The sums of tests are added up element by element.
        let widths = Set([$0.tested.count, $0.partial.count]).subtracting([0])
        return $0.learnt >= 0 && widths.count <= 1
      }
    }
    if plan.learningRate.watchesValidation {
      named.keep("plateau", of: step, \.plateau) {
        $0.scale > 0 && $0.scale <= 1 && min($0.epochsWithoutBetter, $0.cooldownLeft) >= 0
      }
    }
    if plan.divergence.rollbacks > 0 {
      named.keep("rollback", of: step, \.rollback) {
        $0.count >= 0 && $0.scale > 0 && $0.scale <= 1
      }
    }
    if let flow = step.flow { named.keep("gradient_flow", of: flow, \.samples) }
    for callback in self.callbacks { callback.keepState(in: named) }
  }

  /// The network of `plan`, compiled for every number of rows that will occur.
  static func compile(
    _ plan: RunPlan, _ shardPlan: ShardPlan, engine: Engine, stream: Stream
  ) throws(NetworkError) -> Network {
    let rows = MinibatchStep.pieces(shardPlan.shardSizes, limit: plan.microBatch)
    let network = try Network(
      plan.graph, mainRows: rows.max() ?? 1,
      dropoutKey: RandomKey(seed: plan.seed, purpose: .dropout), engine: engine, stream: stream)
    let parts = [plan.training, plan.validation, plan.test].compactMap { $0 }
    try network.compile(
      training: plan.graph.isSynchronized ? [] : rows,
      inference: parts.flatMap { Evaluator.rows(count: $0.count, chunk: plan.evaluation.batch) }
        + (plan.followed == nil ? [] : rows))
    return network
  }

  /// Lets `callback` look on as well; before the run begins or is resumed.
  public func add(_ callback: any Callback) {
    callbacks.append(callback)
    callback.keepState(in: named)
  }

  /// What `body` answers while the network's parameters are those that are evaluated and saved: the
  /// average of the weights, where one is kept.
  public func withEvaluatedParameters<Result>(
    _ body: (ParameterStore) throws -> Result
  ) rethrows -> Result {
    try update.withAverage { try body(network.parameters) }
  }

  /// Trains to the plan's end, or until `stop` or a callback ends the run; afterwards the network
  /// holds the average of its weights, where one is kept.
  ///
  /// A run that `stop` ends stands between two steps: its epoch is not evaluated.
  public func train(stop: StopSignal) throws -> RunResult {
    let begin = MonotonicClock.seconds - start.seconds
    var status = RunStatus(start)
    status.stepsPerEpoch = shardPlan.steps
    status.samplesPerEpoch = plan.samplesPerEpoch
    if start.step == 0 { status.learningRate = plan.learningRate.rate(at: 0, in: plan.extent) }
    if case .epochs(let epochs) = plan.length { status.epochs = epochs }
    var result = RunResult(
      status: status, wasStopped: false, trainingSeconds: 0, trainedSamples: 0)
    var goesOn = try agree(tell(status) { try $0.runWillStart($1) }) && !start.isOver
    try lockstep.verify(step: start.step)
    if goesOn { try arrivals?.rewind(to: stream.learnt) }
    times.begin()
    if start.step == 0, isEpochComplete { try checkpoint(status, isLast: true) }
    var isResumed = !isEpochComplete
    while isResumed || (goesOn && !isDone(status)) {
      if !isResumed {
        // A round begins with a record: none is empty.
        let verdict = try awaitRecords(stop)
        if verdict == .stopped { try stopWaiting(status, &result) }
        guard verdict == .ready else {
          goesOn = goesOn && verdict != .ended
          break
        }
        beginEpoch(&status)
      }
      isResumed = false
      goesOn = try trainEpoch(&status, &result, goesOn: goesOn, stop: stop, since: begin)
    }
    status.seconds = MonotonicClock.seconds - begin
    result.status = status
    result.prequential = prequential
    if !result.wasStopped { try checkpoint(status, isOver: !goesOn, isLast: true) }
    _ = try times.end()
    result.times = times.total
    writer?.finish()
    takeBackgroundFailure()
    _ = try agree(tell(status) { try $0.runDidEnd($1) })
    update.settleAverage()
    result.rollbacks = step.rollback.count
    if !result.wasStopped { result.earlyStopping = earlyStopping?.restore() }
    return result
  }

  /// Measures the trained network on every part and adds the figures to `result`.
  ///
  /// - Throws: ``TrainingError`` where the last update has led to an objective that is not finite.
  public func measure(_ result: inout RunResult) throws {
    clock.enter(.evaluation)
    defer { clock.enter(.other) }
    // What has arrived is gone; it was tested when it came.
    if plan.followed == nil {
      let training = try figures(on: plan.training)
      guard training.objective.isFinite else {
        throw TrainingError(divergedAt: "after step \(result.status.step)", training.objective)
      }
      result.training = training
    }
    if let part = plan.validation { result.validation = try figures(on: part) }
    if let part = plan.test { result.test = try figures(on: part) }
  }

  /// The figures of the network as it is now, penalties on parameters included.
  private func figures(on data: any Dataset) throws -> Figures {
    var figures = try evaluator.figures(on: data)
    figures.add(penalty: penalty)
    return figures
  }

  /// Σ λ₁|w| + λ₂w² over the parameters.
  public var penalty: Double { update.penalty() }

  /// Measures how long layers take from now on, in some of the steps.
  public func measureLayers() -> LayerTimes {
    let times = step.layerTimes ?? LayerTimes(plan.graph)
    step.layerTimes = times
    return times
  }

  private func beginEpoch(_ status: inout RunStatus) {
    status.epoch += 1
    status.stepInEpoch = 0
    status.trainingSeconds = 0
    status.training = nil
    status.prequential = nil
    status.validation = nil
    isEpochComplete = false
    step.begin(epoch: status.epoch - 1)
  }

  private func trainEpoch(
    _ status: inout RunStatus, _ result: inout RunResult, goesOn: Bool, stop: StopSignal,
    since begin: Double
  ) throws -> Bool {
    var goesOn = tell(status) { try $0.epochWillStart($1) } && goesOn
    // However the epoch ends, what is read next is read by this thread.
    defer { step.pause() }
    var start = MonotonicClock.seconds - status.trainingSeconds
    while goesOn, status.stepInEpoch < shardPlan.steps, !isDone(status, withinEpoch: true) {
      if arrivals != nil {
        let asked = MonotonicClock.seconds
        let verdict = try awaitRecords(stop)
        start += MonotonicClock.seconds - asked
        if verdict == .stopped {
          status.trainingSeconds = MonotonicClock.seconds - start
          status.seconds = MonotonicClock.seconds - begin
          result.trainedSamples += status.stepInEpoch * plan.batch
          result.trainingSeconds += status.trainingSeconds
          try stopWaiting(status, &result)
          return false
        }
        guard verdict == .ready else {
          // The last round is as long as the stream was.
          status.stepsPerEpoch = status.stepInEpoch
          goesOn = false
          break
        }
      }
      plan.parallel.fault?.strike(group.rank, step: step.step, network.parameters)
      let outcome = try step.run(
        status.stepInEpoch, stopRequested: stop.poll(), checkpointRequested: isCheckpointLate,
        failure: failure)
      finishRecords()
      status.stepInEpoch += 1
      status.step = step.step
      try step.verifyLockstep()
      status.batchObjective = outcome.objective
      status.learningRate = outcome.rate
      goesOn = tell(status) { try $0.stepDidEnd($1) }
      let isDue = outcome.wantsCheckpoint || plan.checkpoints.isDue(afterStep: status.step)
      if outcome.wantsStop || isDue {
        status.trainingSeconds = MonotonicClock.seconds - start
        status.seconds = MonotonicClock.seconds - begin
        try checkpoint(
          status, isOver: !goesOn, isLast: outcome.wantsStop, isAsked: outcome.wantsStop)
      }
      takeBackgroundFailure()
      if outcome.wantsStop {
        result.wasStopped = true
        result.trainingSeconds += status.trainingSeconds
        result.trainedSamples += min(status.stepInEpoch * plan.batch, status.samplesPerEpoch)
        return false
      }
    }
    step.pause()
    clock.enter(.other)
    try requireFinite(afterStep: status.step)
    status.trainingSeconds = MonotonicClock.seconds - start
    result.trainingSeconds += status.trainingSeconds
    let totals = try reduction.total(step.sums)
    status.training = sums.figures(totals)
    status.training?.add(penalty: penalty)
    if plan.followed != nil {
      status.samplesPerEpoch = status.training?.samples ?? 0
      status.prequential = tell(tested: totals, isComplete: status.isEpochComplete)
    }
    status.gradientFlow = step.flow?.samples ?? []
    result.trainedSamples += status.training?.samples ?? 0
    if let part = plan.validation {
      let watched = try clock.spend(.evaluation) {
        try update.withAverage { try figures(on: part) }
      }
      status.validation = watched
      if status.isEpochComplete { step.observe(validation: watched.objective) }
      goesOn = tell(status) { try $0.evaluationDidEnd($1) } && goesOn
    }
    try lockstep.verify(step: step.step)
    (status.times, status.note) = try times.end()
    status.seconds = try agreedSeconds(since: begin)
    goesOn = try agree(tell(status) { try $0.epochDidEnd($1) }) && goesOn
    isEpochComplete = status.isEpochComplete
    try checkpointAfterEpoch(status, isOver: !goesOn)
    return goesOn
  }

  /// The coordinator's clock, so that every rank decides alike.
  private func agreedSeconds(since begin: Double) throws -> Double {
    guard case .seconds = plan.length else { return MonotonicClock.seconds - begin }
    return try group.communicator.allReduce(MonotonicClock.seconds - begin, .max)
  }

  private func isDone(_ status: RunStatus, withinEpoch: Bool = false) -> Bool {
    switch plan.length {
    case .epochs(let epochs): !withinEpoch && status.epoch >= epochs
    case .steps(let steps): status.step >= steps
    case .seconds(let seconds): !withinEpoch && status.seconds >= seconds
    case .unlimited: false
    }
  }

  /// Calls a hook of every callback; what one throws is kept, since the other ranks wait.
  private func tell(
    _ status: RunStatus, _ hook: (any Callback, RunStatus) throws -> Verdict
  ) -> Bool {
    var goesOn = true
    for callback in callbacks {
      do {
        if try hook(callback, status) == .stop { goesOn = false }
      } catch {
        failure = failure ?? RankFailure(describing: error)
      }
    }
    return goesOn
  }

  /// Hands `goesOn` back unless a callback of any rank has failed.
  func agree(_ goesOn: Bool) throws -> Bool {
    if let failed = try agreement.agree(failure) {
      throw TrainingError(code: failed.code, failed.message)
    }
    return goesOn
  }
}
