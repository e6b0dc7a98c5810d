import Collectives
import Datasets
import Models
import Tensors

/// The shards of a rank where they are computed side by side (``JointPass``): a slot and a batch for every
/// piece of a step.
final class JointShards {
  /// A piece of a local shard.
  struct Piece {
    let local: Int
    let slot: PassSlot
    let batch: Batch
    /// What the sums over the minibatch get of it.
    var normalizer: Float = 0
    var objective: Float = 0
  }

  /// The pieces, shard after shard.
  var pieces: [Piece] = []
  /// What runs them.
  let pass: JointPass
  private let plan: RunPlan
  private let network: Network
  private let localShards: Range<Int>
  /// By local shard: the first of its pieces, and the first of this step's that is not its own.
  private var bounds: [Range<Int>]

  /// Places for the pieces of `localShards`; nil where no layer wants sums over the minibatch. All ranks must
  /// create it.
  init?(
    _ plan: RunPlan, _ network: Network, localShards: Range<Int>, _ group: RankGroup,
    _ clock: PhaseClock
  ) throws {
    guard plan.graph.isSynchronized else { return nil }
    self.plan = plan
    self.network = network
    self.localShards = localShards
    pass = JointPass(
      plan.graph, shards: localShards.count,
      sums: try ReducedSums(
        JointPass.counts(plan.graph), shards: plan.shards,
        usesSharedMemory: plan.parallel.usesSharedMemory, group, clock))
    bounds = localShards.map { _ in 0..<0 }
    for (local, shard) in localShards.enumerated() {
      bounds[local] = pieces.count..<pieces.count
      for rows in JointShards.rows(plan.shardPlan, shard: shard, limit: plan.microBatch) {
        pieces.append(
          Piece(
            local: local, slot: try network.addSlot(rows: rows),
            batch: plan.batch(rows: rows.max() ?? 0)))
      }
    }
  }

  /// By piece of `shard`: the numbers of rows that it may have.
  static func rows(_ shardPlan: ShardPlan, shard: Int, limit: Int) -> [[Int]] {
    guard shardPlan.steps > 0 else { return [] }
    let sizes = [0, shardPlan.steps - 1].map { shardPlan.positions(step: $0, shard: shard).count }
    let most = sizes.max() ?? 0
    return stride(from: 0, to: most, by: limit).map { start in
      Set(sizes.map { min($0 - start, limit) }.filter { $0 > 0 }).sorted()
    }
  }

  /// Compiles what the steps of another plan need as well, whose shards are no larger.
  func compile(_ shardPlan: ShardPlan) throws(NetworkError) {
    for (local, shard) in localShards.enumerated() {
      let rows = JointShards.rows(shardPlan, shard: shard, limit: plan.microBatch)
      for (index, rows) in rows.enumerated() {
        try pieces[bounds[local].lowerBound + index].slot.compile(rows: rows, for: network)
      }
    }
  }

  /// The pieces of a local shard in this step.
  func pieces(of local: Int) -> Range<Int> { bounds[local] }

  /// Begins a step without samples.
  func begin() {
    pass.begin()
    for local in bounds.indices {
      bounds[local] = bounds[local].lowerBound..<bounds[local].lowerBound
    }
  }

  /// Brings the samples of step `stepInEpoch` of `epoch`, the update `step`.
  func load(_ feed: BatchFeed, step: Int, _ stepInEpoch: Int, epoch: Int) throws(DatasetError) {
    for (local, shard) in localShards.enumerated() {
      let positions = plan.positions(step: stepInEpoch, shard: shard)
      var start = positions.lowerBound
      while start < positions.upperBound {
        let end = min(start + plan.microBatch, positions.upperBound)
        let index = bounds[local].upperBound
        let (slot, batch) = (pieces[index].slot, pieces[index].batch)
        batch.take(try feed.load(start..<end, step: stepInEpoch, epoch: epoch))
        feed.release()
        slot.context.step = UInt64(step)
        slot.context.setSamples(batch.samples.span, from: start % plan.batch)
        slot.plan(rows: batch.count).moveInput(to: batch.inputs, at: 0)
        pass.add(slot, rows: batch.count, shard: local)
        bounds[local] = bounds[local].lowerBound..<index + 1
        start = end
      }
    }
  }

  /// The shards of this rank in which something is not finite after a step: when that came about, the
  /// shard, and its samples. Whoever comes first has brought it to the others.
  var flawed: [(instant: Int, shard: Int, samples: [Int])] {
    let forward = 2 * plan.graph.synchronizedNodes.count
    return localShards.enumerated().compactMap { local, shard in
      let own = pieces[pieces(of: local)]
      var instant = pass.flaws[local]
      if instant >= forward {
        if own.contains(where: { !$0.objective.isFinite }) {
          instant = forward
        } else if instant < Int.max {
          instant += 1
        } else if own.contains(where: {
          let gradient = $0.slot.gradient
          return !allFinite(gradient.span)
        }) {
          instant = .max - 1
        }
      }
      return instant == .max
        ? nil : (instant: instant, shard: shard, samples: own.flatMap(\.batch.samples))
    }
  }

  /// The bytes that the pieces of the shards `localShards` take: layers, gradients and samples.
  static func memory(
    _ plan: RunPlan, _ network: Network, localShards: Range<Int>
  ) throws -> (layers: Int, gradients: Int, batches: Int) {
    guard plan.graph.isSynchronized else { return (0, 0, 0) }
    let bytes = MemoryLayout<Float>.stride
    var (known, total): ([[Int]: Int], (Int, Int, Int)) = ([:], (0, 0, 0))
    for shard in localShards {
      for rows in rows(plan.shardPlan, shard: shard, limit: plan.microBatch) {
        let count = try known[rows] ?? network.slotCount(rows: rows)
        known[rows] = count
        total.0 += count * bytes
        total.1 += network.parameters.trainableCount * bytes
        total.2 += plan.batchBytes(rows: rows.max() ?? 0)
      }
    }
    return total
  }
}
