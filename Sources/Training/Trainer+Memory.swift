import Collectives
import Layers
import Models
import OneDNN
import Optimizers

extension Trainer {
  /// The bytes that a rank holds, by purpose.
  public struct Memory: Hashable, Sendable {
    /// The parameters.
    public var parameters: Int
    /// The optimizer's slots.
    public var slots: Int
    /// The arenas of gradients, and room for their exchange.
    public var gradients: Int
    /// Activations, their gradients and scratch.
    public var layers: Int
    /// The minibatch's samples.
    public var batch: Int
    /// The copy from which the coordinator writes checkpoints.
    public var checkpoint: Int

    /// All of it.
    public var total: Int { parameters + slots + gradients + layers + batch + checkpoint }
  }

  /// What the busiest of `ranks` ranks will hold.
  public static func memory(
    _ plan: RunPlan, ranks: Int, engine: Engine, stream: Stream
  ) throws -> Memory {
    try MemoryNeed(training: plan).require(ranks: 1)
    let network = try compile(plan, plan.shardPlan, engine: engine, stream: stream)
    return try memory(plan, network, ranks: ranks)
  }

  /// What the busiest of `ranks` ranks will hold, and how each layer holds the operands of its
  /// products; nil in place of these where the plan's precision is float32.
  public static func memoryAndOperands(
    _ plan: RunPlan, ranks: Int, engine: Engine, stream: Stream
  ) throws -> (Memory, [OperandForm]?) {
    let network = try compile(plan, plan.shardPlan, engine: engine, stream: stream)
    return (
      try memory(plan, network, ranks: ranks),
      plan.graph.precision == .float32 ? nil : try network.operands()
    )
  }

  /// What the busiest rank holds.
  public func memory() throws -> Memory {
    try Trainer.memory(plan, network, ranks: group.size)
  }

  private static func memory(_ plan: RunPlan, _ network: Network, ranks: Int) throws -> Memory {
    let shardPlan = plan.shardPlan
    let store = network.parameters
    let count = store.trainableCount + network.measured.count
    let reduction = ReductionPlan(
      assignment: try ShardAssignment(ranks: ranks, shards: plan.shards), rank: 0,
      count: count, largestRange: network.gradientParts.map(\.count).max(),
      exchange: plan.parallel.usesSharedMemory
        ? Bucket.sharedExchange(count: count, ranks: ranks) : nil)
    let rows = MinibatchStep.pieces(shardPlan.shardSizes, limit: plan.microBatch).max() ?? 0
    let isCut = shardPlan.largestShard > plan.microBatch
    let localShards = reduction.assignment.shards(of: 0)
    let joint = try JointShards.memory(plan, network, localShards: localShards)
    let batches = BatchFeed.batches(plan, localShards: localShards)
    let bytes = MemoryLayout<Float>.stride
    let slots = ParameterUpdate.slotNames(plan.optimizer, average: plan.weightAverage).count
    return Memory(
      parameters: store.weights.count * bytes,
      slots: store.trainableCount * slots * bytes,
      gradients: reduction.bytes + joint.gradients + (isCut ? store.trainableCount * bytes : 0)
        + (plan.clipping == .none ? 0 : ClippedGradient.count(store) * bytes)
        + (ParameterUpdate.copiesGradient(plan.optimizer, plan.clipping)
          ? store.trainableCount * bytes : 0),
      layers: (network.sharedCount + network.rounded.count) * bytes + joint.layers,
      batch: (plan.followed == nil ? 0 : plan.batchBytes(rows: plan.batch)) + batches
        * plan.batchBytes(rows: rows) + joint.batches
        + plan.batchBytes(
          rows: plan.evaluation.capacity(
            for: [plan.training, plan.validation, plan.test].compactMap { $0?.count }.max() ?? 0)),
      checkpoint: CheckpointWriter.byteCount(store, slots: slots))
  }
}
