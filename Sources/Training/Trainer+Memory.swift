import Collectives
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

    /// All of it.
    public var total: Int { parameters + slots + gradients + layers + batch }
  }

  /// What the busiest of `ranks` ranks will hold.
  public static func memory(
    _ plan: RunPlan, ranks: Int, engine: Engine, stream: Stream
  ) throws -> Memory {
    let shardPlan = plan.shardPlan
    let network = try compile(plan, shardPlan, engine: engine, stream: stream)
    let store = network.parameters
    let reduction = ReductionPlan(
      assignment: try ShardAssignment(ranks: ranks, shards: plan.shards), rank: 0,
      count: store.trainableCount)
    let rows = MinibatchStep.pieces(shardPlan.shardSizes, limit: plan.microBatch).max() ?? 0
    let isCut = shardPlan.largestShard > plan.microBatch
    let width = plan.graph.inputShape.count + plan.evaluation.targetWidth + 1
    let bytes = MemoryLayout<Float>.stride
    return Memory(
      parameters: store.weights.count * bytes,
      slots: store.trainableCount
        * ParameterUpdate.slotNames(plan.optimizer, average: plan.weightAverage).count * bytes,
      gradients: reduction.bytes + (isCut ? store.trainableCount * bytes : 0)
        + (plan.clipping == .none ? 0 : ClippedGradient.count(store) * bytes),
      layers: network.workingCount * bytes, batch: (rows + plan.evaluation.batch) * width * bytes)
  }
}
