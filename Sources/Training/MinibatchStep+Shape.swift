import Collectives
import Models

extension MinibatchStep {
  /// What sums gradients, tail and statistics of the shards of `plan`. All ranks must call it.
  static func reducer(
    _ plan: RunPlan, _ network: Network, _ group: RankGroup
  ) throws -> GradientReducer {
    let (count, behind) = (network.parameters.trainableCount, Tail.count + network.measured.count)
    return try GradientReducer(
      communicator: group.communicator, shards: plan.shards, count: count + behind,
      floats: count + Tail.count + network.measuredFloats,
      largestRange: max(behind, network.gradientParts.map(\.count).max() ?? 0), judged: count,
      bucket: plan.parallel.bucket, usesSharedMemory: plan.parallel.usesSharedMemory)
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
}
