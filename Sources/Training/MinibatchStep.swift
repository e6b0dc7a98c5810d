import Collectives
import Datasets
import Layers
import Models
import Objectives
import Optimizers
import Tensors

/// The way of one global minibatch: this rank's shards forward and backward, the sum over all ranks
/// in the fixed tree, one update.
///
/// Behind the gradient in the arena travel a few sums that every rank needs at the same step: the
/// normalizer, requests to stop, failures, and the objective.
final class MinibatchStep {
  /// What a step tells.
  struct Outcome {
    /// Whether a rank was asked to stop.
    var wantsStop: Bool
    /// Whether the coordinator's clock asks for a checkpoint.
    var wantsCheckpoint: Bool
    /// The mean objective of the minibatch in single precision, to see divergence at once.
    var objective: Float
    /// The learning rate of the step.
    var rate: Float
  }

  enum Tail {
    static let normalizer = 0
    static let stop = 1
    static let failure = 2
    static let objective = 3
    static let checkpoint = 4
    /// The samples of the minibatch, for running statistics, and those that were not computed alone.
    static let rows = 5
    static let severalRows = 6
    static let count = 16
  }

  /// One of so many steps is measured layer by layer, where that is wanted; the first one never, since
  /// libraries make themselves at home in it.
  private static let profiled = 8

  let plan: RunPlan
  let network: Network
  let reducer: GradientReducer
  private let gradient: ShardGradient
  private let agreement: CollectiveAgreement
  let clock: PhaseClock
  private let heartbeat: Heartbeat
  /// How long layers take, measured in some of the steps; nil measures nothing.
  var layerTimes: LayerTimes?
  /// What looks into the layers in some of the steps; nil looks at nothing.
  let flow: GradientFlow?
  let update: ParameterUpdate
  private let lockstep: LockstepCheck
  private let shardPlan: ShardPlan
  let chunk: SampleChunk
  let feed: BatchFeed
  /// The parts of the reduced vector behind the tail, in the order in which they become ready.
  let parts: [Range<Int>]
  private let tailRange: Range<Int>
  /// The part behind the tail: what batch normalization has measured in the shard.
  private let measuredRange: Range<Int>
  /// The sums of the local shard's pieces.
  private let measured: FloatStorage
  var tail = [Float](repeating: 0, count: Tail.count)
  private let extent: RunExtent
  /// Whether there are other ranks, and the next step's samples are known before they have arrived.
  private let waitsForOthers: Bool
  /// What computes the shards side by side, where layers need sums over the minibatch.
  let joint: JointShards?
  private var search: DivergenceSearch
  private(set) var epoch = 0
  /// The sums of a shard: those of training, and behind them those of tests where records are followed.
  let sumWidth: Int
  /// The sums of each local shard over the epoch so far, shard after shard.
  var sums: [Double]
  /// Updates done so far.
  private(set) var step = 0
  /// What the learning rate remembers of the validation figures.
  var plateau = PlateauState()
  /// How often the run has gone back after it diverged, and what that has made of the rate.
  var rollback = RollbackState()

  init(
    _ plan: RunPlan, shardPlan: ShardPlan, network: Network, reducer: GradientReducer,
    update: ParameterUpdate, lockstep: LockstepCheck, group: RankGroup, clock: PhaseClock
  ) throws {
    self.lockstep = lockstep
    self.plan = plan
    self.clock = clock
    heartbeat = group.heartbeat
    self.network = network
    self.update = update
    self.shardPlan = shardPlan
    agreement = CollectiveAgreement(communicator: group.communicator)
    let count = network.parameters.trainableCount
    parts = network.gradientParts
    let measuredCount = network.measured.count
    tailRange = count..<count + Tail.count
    measuredRange = tailRange.upperBound..<tailRange.upperBound + measuredCount
    measured = FloatStorage(count: measuredCount)
    self.reducer = reducer
    chunk = SampleChunk(plan.evaluation, of: plan.training)
    extent = plan.extent
    feed = BatchFeed(plan, shardPlan, localShards: reducer.localShards)
    gradient = ShardGradient(
      reducer, clock: clock, count: count,
      isCut: shardPlan.shardSizes.contains { $0 > plan.microBatch })
    sumWidth = chunk.sums.width * (plan.followed == nil ? 1 : 2)
    sums = [Double](repeating: 0, count: reducer.localShards.count * sumWidth)
    let localCount = reducer.localShards.count
    waitsForOthers = group.communicator.size > 1 && plan.followed == nil
    joint = try JointShards(plan, network, localShards: reducer.localShards, group, clock)
    flow = try plan.gradientFlow.map {
      try GradientFlow(
        $0, network: network, localShards: localCount, steps: shardPlan.steps,
        communicator: group.communicator)
    }
    joint?.pass.observer = flow.map { flow in { flow.observer(of: $0) } }
    search = DivergenceSearch(
      plan: plan, network: network, localShards: reducer.localShards,
      group: group)
  }

  /// Begins an epoch: a new order, and sums from zero.
  func begin(epoch: Int) {
    self.epoch = epoch
    for i in sums.indices { sums[i] = 0 }
    flow?.samples = []
  }

  /// Lets others read the training samples until the next step.
  func pause() { feed.pause() }

  /// Lets the learning rate see the validation part's objective after an epoch.
  func observe(validation objective: Double) {
    plan.learningRate.observe(objective, &plateau)
  }

  /// Takes up a run after `step` updates, within `epoch`; `all` holds the sums of all shards.
  func resume(step: Int, epoch: Int, sums all: [Double]) {
    self.step = step
    heartbeat.step = step
    self.epoch = epoch
    guard !all.isEmpty else { return }
    let shards = reducer.localShards
    sums = Array(all[shards.lowerBound * sumWidth..<shards.upperBound * sumWidth])
  }

  /// Leaves a ``ReplayBundle`` in `folder` where a step diverges; for the coordinator alone.
  func keepReplayBundles(in folder: String) { search.bundleFolder = folder }

  /// Whether the ranks compare their parameters at the present step.
  private var isLockstepDue: Bool {
    let every = plan.parallel.lockstepEvery
    return every > 0 && step % every == 0
  }

  /// Compares the ranks' parameters after the present step, where that is due and was not done within it.
  func verifyLockstep() throws {
    if update.division == nil, isLockstepDue { try lockstep.verify(step: step) }
  }

  /// The length of the sums of all shards.
  var totalSumCount: Int { plan.shards * sumWidth }

  /// Does step `stepInEpoch` of the epoch.
  ///
  /// - Parameter failure: what went wrong on this rank before the step; it takes part with zeros.
  /// - Throws: ``TrainingError`` on every rank where one of them failed, or where objective or
  ///   gradient are not finite; parameters and slots are then those of the step before.
  func run(
    _ stepInEpoch: Int, stopRequested: Bool, checkpointRequested: Bool = false,
    failure before: RankFailure? = nil
  ) throws -> Outcome {
    clock.enter(.compute)
    flow?.begin(step: step + 1, stepInEpoch, epoch: epoch)
    var failure = before
    if plan.followed != nil, failure == nil { failure = testArrivals(stepInEpoch) }
    update.enterLookAhead()
    network.context.step = UInt64(step)
    network.rounded.areFixed = true
    defer { network.rounded.areFixed = false }
    if let joint { failure = try computeTogether(joint, stepInEpoch, failure) }
    for (local, shard) in reducer.localShards.enumerated() {
      for i in tail.indices { tail[i] = 0 }
      if local == 0, stopRequested { tail[Tail.stop] = 1 }
      if local == 0, checkpointRequested { tail[Tail.checkpoint] = 1 }
      let positions = plan.positions(step: stepInEpoch, shard: shard)
      if failure == nil, !positions.isEmpty {
        if let joint {
          handOn(joint, local)
          continue
        }
        do throws(DatasetError) {
          try compute(positions, local, stepInEpoch)
          continue
        } catch {
          failure = RankFailure(code: error.exitCode, message: error.description)
        }
      }
      blank(failure)
    }
    if failure == nil { loadEarly(stepInEpoch + 1) }
    clock.enter(.wait)
    try reducer.meet()
    let (started, complete) = reducer.exchanged
    clock.enter(.communication, started: started, complete: complete)
    let total = try reducer.finish()
    clock.enter(.compute)
    network.rounded.areFixed = false
    return try finish(total, stepInEpoch, failure)
  }

  /// Reads the first samples of the next step while other ranks may still compute, rather than wait now and
  /// let them wait later.
  private func loadEarly(_ next: Int) {
    guard waitsForOthers, next < shardPlan.steps, let shard = reducer.localShards.first else {
      return
    }
    let positions = shardPlan.positions(step: next, shard: shard)
    guard !positions.isEmpty else { return }
    clock.enter(.data)
    feed.loadEarly(positions.prefix(plan.microBatch), epoch: epoch)
  }

  /// One shard's sums of gradients, in pieces where it is large.
  ///
  /// What can fail comes before the last piece's backward pass, which hands the gradient on.
  private func compute(
    _ positions: Range<Int>, _ local: Int, _ stepInEpoch: Int
  ) throws(DatasetError) {
    var start = positions.lowerBound
    while start < positions.upperBound {
      let end = min(start + plan.microBatch, positions.upperBound)
      let (isFirst, isLast) = (start == positions.lowerBound, end == positions.upperBound)
      gradient.piece = isLast ? (isFirst ? .only : .last) : isFirst ? .first : .middle
      clock.enter(.data)
      let batch = try feed.load(start..<end, step: stepInEpoch, epoch: epoch)
      clock.enter(.compute)
      // Every step of an epoch begins at a multiple of the batch.
      compute(
        batch, local, from: start % plan.batch, isFirst: isFirst, isLast: isLast)
      feed.release()
      start = end
    }
  }

  private func compute(_ batch: Batch, _ local: Int, from place: Int, isFirst: Bool, isLast: Bool) {
    let rows = batch.count
    network.context.setSamples(batch.samples.span, from: place)
    let compiled = network.plan(rows: rows, isTraining: true)
    let times = profiledTimes
    compiled.times = times
    compiled.observer = flow?.observer(of: local)
    compiled.moveInput(to: batch.inputs, at: 0)
    compiled.forward()
    addMeasured(network.measured, rows: rows, isFirst: isFirst)
    let sums = judge(compiled, batch, local, network.context)
    tail[Tail.normalizer] += sums.normalizer
    tail[Tail.objective] += sums.objective
    if isLast { handOnTail() }
    compiled.backward(into: gradient)
  }

  /// Tells the derivative of the objective by what `compiled` has put out for `batch`, and adds the figures
  /// to the shard's; what the sums over the minibatch get.
  func judge(
    _ compiled: Plan, _ batch: Batch, _ local: Int, _ context: PassContext
  ) -> (normalizer: Float, objective: Float) {
    let rows = batch.count
    let times = profiledTimes
    let begin = times == nil ? 0 : MonotonicClock.seconds
    let (targets, weights) = (batch.targets, chunk.weights(of: batch, after: context))
    let evaluation = plan.evaluation
    var derivative = compiled.outputGradient
    let objective = evaluation.objective.valueAndGradient(
      prediction: compiled.output, target: targets.span(0..<rows * batch.targetWidth),
      weights: weights.span(0..<rows * evaluation.positions), width: evaluation.outputs,
      gradient: &derivative)
    // Judged before the backward pass, which may use the output's memory.
    let (start, width) = (local * sumWidth, chunk.sums.width)
    var totals = sums.mutableSpan
    var mine = totals._mutatingExtracting(start..<start + width)
    chunk.addMetrics(
      of: compiled, batch, weights: weights, objective: objective, to: &mine)
    times?.add(.objective, since: begin)
    return (Float(chunk.normalizer(of: batch, weights: weights)), Float(objective))
  }

  /// Where the times of this step go, in those that are measured.
  var profiledTimes: LayerTimes? { step % MinibatchStep.profiled == 1 ? layerTimes : nil }

  /// Adds what batch normalization has measured in a piece to what the shard's others have left.
  func addMeasured(_ piece: FloatStorage, rows: Int, isFirst: Bool) {
    tail[Tail.rows] += Float(rows)
    if rows > 1 { tail[Tail.severalRows] += Float(rows) }
    let measured = measured
    var sums = measured.mutableSpan
    network.addMeasured(piece.span, to: &sums, isFirst: isFirst)
  }

  /// Tail and statistics are the end of the vector, so they are ready first.
  func handOnTail() {
    let range = tailRange.lowerBound..<measuredRange.upperBound
    let (storage, offset) = reducer.place(of: range)
    var place = storage.mutableSpan(offset..<offset + range.count)
    for i in 0..<Tail.count { place[i] = tail[i] }
    let measured = measured
    let sums = measured.span
    for i in 0..<sums.count { place[Tail.count + i] = sums[i] }
    reducer.ready(range)
  }

  /// A shard without samples takes part with zeros, and one whose rank failed, which says so.
  private func blank(_ failure: RankFailure?) {
    if failure != nil {
      (tail[Tail.normalizer], tail[Tail.objective], tail[Tail.failure]) = (0, 0, 1)
    }
    (tail[Tail.rows], tail[Tail.severalRows]) = (0, 0)
    let measured = measured
    var sums = measured.mutableSpan
    for i in 0..<sums.count { sums[i] = 0 }
    handOnTail()
    for part in parts {
      let (storage, offset) = reducer.place(of: part)
      var place = storage.mutableSpan(offset..<offset + part.count)
      for i in 0..<part.count { place[i] = 0 }
      reducer.ready(part)
    }
  }

  private func finish(
    _ total: FloatStorage, _ stepInEpoch: Int, _ failure: RankFailure?
  ) throws -> Outcome {
    let tail = total.span(tailRange)
    if tail[Tail.failure] > 0 {
      update.leaveLookAhead()
      let failed = try agreement.agree(failure)
      throw TrainingError(
        code: failed?.code ?? ExitCode.internalError,
        failed?.message ?? "a rank failed without a message")
    }
    let normalizer = tail[Tail.normalizer]
    let objective = normalizer == 0 ? 0 : tail[Tail.objective] / normalizer
    let times = profiledTimes
    times?.countStep()
    var begin = times == nil ? 0 : MonotonicClock.seconds
    let isFinite = objective.isFinite && reducer.sumIsFinite
    times?.add(.finiteness, since: begin)
    guard isFinite else {
      feed.pause()
      let error = try search.explain(
        step: step + 1, stepInEpoch: stepInEpoch, epoch: epoch, objective: objective,
        gradient: total, joint: joint)
      update.leaveLookAhead()
      throw error
    }
    let planned = plan.learningRate.rate(at: step, in: extent, plateau: plateau)
    let rate = Float(Double(planned) * rollback.scale)
    step += 1
    heartbeat.step = step
    if normalizer == 0 {
      update.leaveLookAhead()
    } else {
      flow?.measure(gradient: total, normalizer: normalizer)
      // An update that is divided hands one rank's bits on to all: what differs has to be found before.
      if update.division != nil, isLockstepDue { try lockstep.verify(step: step - 1) }
      if times != nil { begin = MonotonicClock.seconds }
      update.apply(total, normalizer: normalizer, rate: rate, step: step) {
        reducer.offer(network.parameters.weights, $0)
      }
      times?.add(.update, since: begin)
      if let division = update.division {
        clock.enter(.communication)
        try reducer.handOn(network.parameters.weights, parts: division.parts)
        clock.enter(.compute)
      }
      try flow?.finish(step: step)
    }
    moveStatistics(by: total)
    return Outcome(
      wantsStop: tail[Tail.stop] > 0, wantsCheckpoint: tail[Tail.checkpoint] > 0,
      objective: objective, rate: rate)
  }

  /// Lets the running statistics follow what all shards have measured.
  private func moveStatistics(by total: FloatStorage) {
    let (weights, sums) = (network.parameters.weights, total.span(measuredRange))
    let tail = total.span(tailRange)
    let rows = (all: tail[Tail.rows], several: tail[Tail.severalRows])
    var values = weights.mutableSpan
    for statistics in network.statistics {
      statistics.move(
        &values, by: sums, origin: network.parameters.trainableCount, rows: rows)
    }
  }
}
