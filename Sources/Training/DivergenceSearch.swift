import Collectives
import Datasets
import Models
import Tensors

/// Finds out what made a step diverge: the first parameter whose gradient is not finite, and the
/// samples of the shards that brought it.
///
/// A step only looks at its reduced gradient, before the update: parameters and slots are still those
/// of the step before. So each rank can compute its shards once more, and look at them one by one.
struct DivergenceSearch {
  /// The sample numbers that are told at most.
  private static let listed = 32

  let plan: RunPlan
  let shardPlan: ShardPlan
  let network: Network
  let localShards: Range<Int>
  let group: RankGroup

  /// The end of the run at the step `step`, counted from 1; every rank gets the same.
  ///
  /// - Parameters:
  ///   - stepInEpoch: the step's number in `epoch`, both counted from 0.
  ///   - objective: the minibatch's.
  ///   - gradient: the reduced gradient.
  func explain(
    step: Int, stepInEpoch: Int, epoch: Int, objective: Float, gradient: FloatStorage
  ) throws -> TrainingError {
    var text = "training diverged: the objective of step \(step) is \(objective)"
    let learnt = network.parameters.entries.filter { $0.spec.role != .statistic }
    if let first = learnt.first(where: { !allFinite(gradient.span($0.range)) }) {
      text += objective.isFinite ? ", but" : ", and"
      text += " the gradient of \(first.name) is not finite"
    }
    let found = try brought(stepInEpoch, epoch)
    text += "; " + DivergenceSearch.words(found, of: plan.shards)
    return TrainingError(
      code: ExitCode.diverged,
      text
        + "; use a smaller learning rate, clip the gradient, or look for extreme values in the data"
    )
  }

  /// The shards of all ranks that are not finite, in order, with the numbers of their samples.
  private func brought(_ stepInEpoch: Int, _ epoch: Int) throws -> [(shard: Int, samples: [Int])] {
    var mine: [Int] = []
    for shard in localShards {
      let positions = shardPlan.positions(step: stepInEpoch, shard: shard)
      guard !positions.isEmpty, let samples = try? samplesIfNotFinite(positions, epoch) else {
        continue
      }
      mine += [shard, samples.count] + samples
    }
    let all = Array(try group.communicator.allGather(mine).joined())
    var found: [(shard: Int, samples: [Int])] = []
    var place = 0
    while place < all.count {
      let end = place + 2 + all[place + 1]
      found.append((all[place], Array(all[place + 2..<end])))
      place = end
    }
    return found
  }

  /// The samples at `positions` where their objective or gradient is not finite; else nil.
  ///
  /// - Throws: where they can't be read again.
  private func samplesIfNotFinite(
    _ positions: Range<Int>, _ epoch: Int
  ) throws(DatasetError) -> [Int]? {
    let batch = Batch(
      capacity: min(positions.count, plan.microBatch), inputWidth: plan.graph.inputShape.count,
      targetWidth: plan.evaluation.targetWidth, targetForm: plan.evaluation.targetForm)
    let sampler = BatchSampler(plan.training, key: RandomKey(seed: plan.seed, purpose: .order))
    let gradient = FloatStorage(count: network.parameters.trainableCount)
    var samples: [Int] = []
    var isFinite = true
    for start in stride(from: positions.lowerBound, to: positions.upperBound, by: batch.capacity) {
      let piece = start..<min(start + batch.capacity, positions.upperBound)
      try sampler.fill(batch, positions: piece, epoch: epoch)
      samples += sampler.samples
      network.context.setSamples(sampler.samples.span)
      let compiled = network.plan(rows: piece.count, isTraining: true)
      compiled.moveInput(to: batch.inputs, at: 0)
      compiled.forward()
      let (targets, weights) = (batch.targets, batch.weights)
      var derivative = compiled.outputGradient
      let objective = plan.evaluation.objective.valueAndGradient(
        prediction: compiled.output, target: targets.span(0..<piece.count * batch.targetWidth),
        weights: weights.span(0..<piece.count), width: compiled.outputWidth, gradient: &derivative)
      compiled.backward(into: gradient)
      isFinite = isFinite && Float(objective).isFinite && allFinite(gradient.span)
    }
    return isFinite ? nil : samples
  }

  /// Who brought it, as the end of a sentence.
  static func words(_ found: [(shard: Int, samples: [Int])], of shards: Int) -> String {
    guard !found.isEmpty else { return "no shard alone brought it, but the sum of all" }
    let samples = found.flatMap(\.samples)
    let list = samples.prefix(listed).map { "\($0)" }.joined(separator: ", ")
    let more = samples.count > listed ? " and \(samples.count - listed) more" : ""
    let numbers = found.map { "\($0.shard + 1)" }.joined(separator: ", ")
    return "brought by \(found.count == 1 ? "shard" : "shards") \(numbers) of \(shards), with the"
      + " training samples \(list)\(more)"
  }
}
