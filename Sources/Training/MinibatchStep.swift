import Collectives
import Datasets
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

  private enum Tail {
    static let normalizer = 0
    static let stop = 1
    static let failure = 2
    static let objective = 3
    static let checkpoint = 4
    static let count = 16
  }

  private let plan: RunPlan
  private let network: Network
  private let reducer: ShardReducer
  private let agreement: CollectiveAgreement
  private let update: ParameterUpdate
  private let shardPlan: ShardPlan
  private let chunk: SampleChunk
  private let batch: Batch
  private let piece: FloatStorage?
  private let gradientCount: Int
  private let sampler: BatchSampler
  private let extent: RunExtent
  private let search: DivergenceSearch
  private var epoch = 0
  /// The sums of each local shard over the epoch so far, shard after shard.
  private(set) var sums: [Double]
  /// Updates done so far.
  private(set) var step = 0
  /// What the learning rate remembers of the validation figures.
  var plateau = PlateauState()
  /// How often the run has gone back after it diverged, and what that has made of the rate.
  var rollback = RollbackState()

  init(
    _ plan: RunPlan, shardPlan: ShardPlan, network: Network, update: ParameterUpdate,
    group: RankGroup
  ) throws {
    self.plan = plan
    self.network = network
    self.update = update
    self.shardPlan = shardPlan
    agreement = CollectiveAgreement(communicator: group.communicator)
    gradientCount = network.parameters.trainableCount
    reducer = try ShardReducer(
      communicator: group.communicator, shards: plan.shards, count: gradientCount + Tail.count)
    chunk = SampleChunk(plan.evaluation, of: plan.training)
    extent = plan.extent
    let rows = MinibatchStep.pieces(shardPlan.shardSizes, limit: plan.microBatch).max() ?? 1
    batch = Batch(
      capacity: rows, inputWidth: plan.graph.inputShape.count,
      targetWidth: plan.evaluation.targetWidth,
      targetForm: plan.evaluation.targetForm)
    let isCut = shardPlan.shardSizes.contains { $0 > plan.microBatch }
    piece = isCut ? FloatStorage(count: gradientCount) : nil
    sampler = BatchSampler(plan.training, key: RandomKey(seed: plan.seed, purpose: .order))
    sums = [Double](repeating: 0, count: reducer.localShards.count * chunk.sums.width)
    search = DivergenceSearch(
      plan: plan, shardPlan: shardPlan, network: network, localShards: reducer.localShards,
      group: group)
  }

  /// The numbers of rows for which plans are needed: shards, or the pieces of large ones.
  static func pieces(_ sizes: [Int], limit: Int) -> [Int] {
    var rows: Set<Int> = []
    for size in sizes where size > 0 {
      rows.insert(min(size, limit))
      if size % limit > 0 { rows.insert(size % limit) }
    }
    return rows.sorted()
  }

  /// Begins an epoch: a new order, and sums from zero.
  func begin(epoch: Int) {
    self.epoch = epoch
    for i in sums.indices { sums[i] = 0 }
  }

  /// Lets the learning rate see the validation part's objective after an epoch.
  func observe(validation objective: Double) {
    plan.learningRate.observe(objective, &plateau)
  }

  /// Takes up a run after `step` updates, within `epoch`; `all` holds the sums of all shards.
  func resume(step: Int, epoch: Int, sums all: [Double]) {
    self.step = step
    self.epoch = epoch
    guard !all.isEmpty else { return }
    let shards = reducer.localShards
    let width = chunk.sums.width
    sums = Array(all[shards.lowerBound * width..<shards.upperBound * width])
  }

  /// The length of the sums of all shards.
  var totalSumCount: Int { plan.shards * chunk.sums.width }

  /// Does step `stepInEpoch` of the epoch.
  ///
  /// - Parameter failure: what went wrong on this rank before the step; it takes part with zeros.
  /// - Throws: ``TrainingError`` on every rank where one of them failed, or where objective or
  ///   gradient are not finite; parameters and slots are then those of the step before.
  func run(
    _ stepInEpoch: Int, stopRequested: Bool, checkpointRequested: Bool = false,
    failure before: RankFailure? = nil
  ) throws -> Outcome {
    update.enterLookAhead()
    network.context.step = UInt64(step)
    var failure = before
    for (local, shard) in reducer.localShards.enumerated() {
      let leaf = reducer.leaf
      if failure == nil {
        let positions = shardPlan.positions(step: stepInEpoch, shard: shard)
        do throws(DatasetError) {
          try compute(positions, local, into: leaf)
        } catch {
          failure = RankFailure(code: error.exitCode, message: error.description)
        }
      }
      if let failure { blank(leaf, failure) }
      if local == 0, stopRequested || checkpointRequested {
        var tail = leaf.mutableSpan(gradientCount..<leaf.count)
        tail[Tail.stop] = stopRequested ? 1 : 0
        tail[Tail.checkpoint] = checkpointRequested ? 1 : 0
      }
      reducer.commitLeaf()
    }
    return try finish(try reducer.finish(), stepInEpoch, failure)
  }

  /// One shard's sums of gradients, in pieces where it is large.
  private func compute(
    _ positions: Range<Int>, _ local: Int, into leaf: FloatStorage
  ) throws(DatasetError) {
    clearTail(leaf)
    if positions.isEmpty {
      var all = leaf.mutableSpan
      for i in 0..<all.count { all[i] = 0 }
      return
    }
    var start = positions.lowerBound
    while start < positions.upperBound {
      let end = min(start + plan.microBatch, positions.upperBound)
      let isFirst = start == positions.lowerBound
      let target = isFirst ? leaf : (piece ?? leaf)
      try compute(piece: start..<end, local, tail: leaf, into: target)
      if !isFirst { accumulate(target, leaf) }
      start = end
    }
  }

  private func compute(
    piece positions: Range<Int>, _ local: Int, tail leaf: FloatStorage, into target: FloatStorage
  ) throws(DatasetError) {
    let rows = positions.count
    try sampler.fill(batch, positions: positions, epoch: epoch)
    let samples = sampler.samples
    network.context.setSamples(samples.span)
    let compiled = network.plan(rows: rows, isTraining: true)
    compiled.moveInput(to: batch.inputs, at: 0)
    compiled.forward()
    let (targets, weights) = (batch.targets, batch.weights)
    var derivative = compiled.outputGradient
    let objective = plan.evaluation.objective.valueAndGradient(
      prediction: compiled.output, target: targets.span(0..<rows * batch.targetWidth),
      weights: weights.span(0..<rows), width: compiled.outputWidth, gradient: &derivative)
    // Judged before the backward pass, which may use the output's memory.
    if !chunk.readsLogits { compiled.applyOutputActivation() }
    let width = chunk.sums.width
    var totals = sums.mutableSpan
    var mine = totals._mutatingExtracting(local * width..<(local + 1) * width)
    chunk.addMetrics(
      compiled.output, batch, objective: objective, penalty: compiled.penalty, to: &mine)
    compiled.backward(into: target)
    var tail = leaf.mutableSpan(gradientCount..<leaf.count)
    tail[Tail.normalizer] += Float(chunk.normalizer(of: batch))
    tail[Tail.objective] += Float(objective)
  }

  private func clearTail(_ leaf: FloatStorage) {
    var tail = leaf.mutableSpan(gradientCount..<leaf.count)
    for i in 0..<Tail.count { tail[i] = 0 }
  }

  private func accumulate(_ piece: FloatStorage, _ leaf: FloatStorage) {
    var total = leaf.mutableSpan(0..<gradientCount)
    add(piece.span(0..<gradientCount), to: &total)
  }

  /// A rank that failed takes part with zeros and says so.
  private func blank(_ leaf: FloatStorage, _ failure: RankFailure) {
    var all = leaf.mutableSpan
    for i in 0..<all.count { all[i] = 0 }
    all[gradientCount + Tail.failure] = 1
  }

  private func finish(
    _ total: FloatStorage, _ stepInEpoch: Int, _ failure: RankFailure?
  ) throws -> Outcome {
    let tail = total.span(gradientCount..<total.count)
    if tail[Tail.failure] > 0 {
      update.leaveLookAhead()
      let failed = try agreement.agree(failure)
      throw TrainingError(
        code: failed?.code ?? ExitCode.internalError,
        failed?.message ?? "a rank failed without a message")
    }
    let normalizer = tail[Tail.normalizer]
    let objective = normalizer == 0 ? 0 : tail[Tail.objective] / normalizer
    guard objective.isFinite, allFinite(total.span(0..<gradientCount)) else {
      let error = try search.explain(
        step: step + 1, stepInEpoch: stepInEpoch, epoch: epoch, objective: objective,
        gradient: total)
      update.leaveLookAhead()
      throw error
    }
    let planned = plan.learningRate.rate(at: step, in: extent, plateau: plateau)
    let rate = Float(Double(planned) * rollback.scale)
    step += 1
    if normalizer == 0 {
      update.leaveLookAhead()
    } else {
      update.apply(total, normalizer: normalizer, rate: rate, step: step)
    }
    return Outcome(
      wantsStop: tail[Tail.stop] > 0, wantsCheckpoint: tail[Tail.checkpoint] > 0,
      objective: objective, rate: rate)
  }
}
