/// The pieces that one rank computes in an epoch, in their order: the positions of its shards, step by
/// step, large ones cut.
public struct PieceSequence: Sequence, IteratorProtocol, Sendable {
  private let plan: ShardPlan
  private let shards: Range<Int>
  private let limit: Int
  private var step: Int
  private var shard: Int
  private var rest: Range<Int> = 0..<0

  /// The pieces of at most `limit` samples of the shards `shards` of `plan`, from step `firstStep` of the
  /// epoch on.
  public init(_ plan: ShardPlan, shards: Range<Int>, limit: Int, from firstStep: Int) {
    precondition(limit > 0, "pieces of \(limit) samples")
    self.plan = plan
    self.shards = shards
    self.limit = limit
    step = firstStep
    shard = shards.lowerBound
  }

  /// The positions of the next piece; nil at the end of the epoch.
  public mutating func next() -> Range<Int>? {
    while rest.isEmpty {
      if shard == shards.upperBound {
        (step, shard) = (step + 1, shards.lowerBound)
      }
      guard step < plan.steps, !shards.isEmpty else { return nil }
      rest = plan.positions(step: step, shard: shard)
      shard += 1
    }
    let piece = rest.prefix(limit)
    rest = piece.upperBound..<rest.upperBound
    return piece
  }

  /// The most pieces of a step.
  public static func most(_ plan: ShardPlan, shards: Range<Int>, limit: Int) -> Int {
    shards.reduce(0) { sum, shard in
      plan.steps == 0
        ? sum : sum + (plan.positions(step: 0, shard: shard).count + limit - 1) / limit
    }
  }
}
