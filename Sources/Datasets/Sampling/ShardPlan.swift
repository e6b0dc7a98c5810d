/// Which positions of an epoch each shard of each step computes.
///
/// Step t takes the positions from t·batch on, at most `batch` of them. They are cut into `shards`
/// contiguous pieces, as even as can be, the larger ones first; with fewer positions than shards
/// the last shards are empty. Nothing here depends on the number of ranks.
public struct ShardPlan: Hashable, Sendable {
  /// The samples of an epoch.
  public let samples: Int
  /// The samples of a step over all shards.
  public let batch: Int
  /// The pieces of a step.
  public let shards: Int
  /// Whether a last, smaller batch is left out.
  public let dropsLast: Bool

  /// A plan of the given sizes.
  ///
  /// - Precondition: All are positive.
  public init(samples: Int, batch: Int, shards: Int, dropsLast: Bool = false) {
    precondition(
      samples > 0 && batch > 0 && shards > 0,
      "\(samples) samples in batches of \(batch) over \(shards) shards")
    self.samples = samples
    self.batch = batch
    self.shards = shards
    self.dropsLast = dropsLast
  }

  /// The steps of an epoch.
  public var steps: Int {
    dropsLast ? samples / batch : (samples - 1) / batch + 1
  }

  /// The positions of step `step`.
  public func positions(step: Int) -> Range<Int> {
    precondition(step >= 0 && step < steps, "step \(step) of \(steps)")
    let start = step * batch
    return start..<start + min(batch, samples - start)
  }

  /// The positions of shard `shard` in step `step`; may be empty.
  public func positions(step: Int, shard: Int) -> Range<Int> {
    precondition(shard >= 0 && shard < shards, "shard \(shard) of \(shards)")
    return ShardPlan.piece(shard, of: shards, in: positions(step: step))
  }

  /// Piece `shard` of `all`, cut into `shards` contiguous pieces as even as can be, the larger ones first.
  public static func piece(_ shard: Int, of shards: Int, in all: Range<Int>) -> Range<Int> {
    let (size, larger) = all.count.quotientAndRemainder(dividingBy: shards)
    let start = all.lowerBound + shard * size + min(shard, larger)
    return start..<start + size + (shard < larger ? 1 : 0)
  }

  /// The sizes above 0 that shards have, the largest first: one plan is compiled for each.
  public var shardSizes: [Int] {
    guard steps > 0 else { return [] }
    var sizes: Set<Int> = []
    for step in [0, steps - 1] {
      let (size, larger) = positions(step: step).count.quotientAndRemainder(dividingBy: shards)
      sizes.insert(size)
      if larger > 0 { sizes.insert(size + 1) }
    }
    return sizes.filter { $0 > 0 }.sorted(by: >)
  }

  /// The size of the largest shard.
  public var largestShard: Int { shardSizes.first ?? 0 }
}
