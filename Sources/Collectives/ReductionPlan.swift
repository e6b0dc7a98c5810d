/// What one rank adds, keeps and exchanges in each step, from numbers alone: no messages, no memory.
///
/// `nntrain check` counts memory with it; `GradientReducer` carries it out.
public struct ReductionPlan: Hashable, Sendable {
  /// The tree of additions.
  public let tree: ShardTree
  /// Who computes which shards.
  public let assignment: ShardAssignment
  /// This rank.
  public let rank: Int
  /// The length of the vector that is summed.
  public let count: Int
  /// How many elements are `Float`; those behind them are the halves of `Double`, which are added as such.
  public let floats: Int
  /// The most elements that are written at once.
  public let largestRange: Int
  /// What is exchanged at once, from the end of the vector to its start; nothing on one rank.
  public let buckets: [Bucket]
  /// After each local shard: how many times the last two sums are folded into one.
  let localFolds: [Int]
  /// Per rank: the subtrees whose sums it contributes.
  let roots: [[Range<Int>]]

  /// The plan of `rank` for vectors of `count` elements, of which up to `largestRange` are written at
  /// once (all, if not said), exchanged in buckets of at most about `bucket` elements. The first `floats`
  /// elements (all, if not said) are `Float`.
  public init(
    assignment: ShardAssignment, rank: Int, count: Int, floats: Int? = nil,
    largestRange: Int? = nil, bucket: Int = .max / 2, exchange: Bucket.Exchange? = nil
  ) {
    precondition(count >= 0, "a vector of \(count) elements")
    let floats = floats ?? count
    precondition(
      floats == count || floats <= count && floats % 2 == 0 && count % 2 == 0,
      "\(floats) of \(count) elements are Float; both must be even")
    self.floats = floats
    self.assignment = assignment
    self.rank = rank
    self.count = count
    self.largestRange = min(largestRange ?? count, count)
    let tree = ShardTree(shards: assignment.shards)
    self.tree = tree
    buckets =
      assignment.ranks == 1
      ? [] : Bucket.cut(count: count, size: bucket, ranks: assignment.ranks, exchange: exchange)
    localFolds = tree.folds(over: assignment.shards(of: rank).map { $0..<$0 + 1 })
    roots = (0..<assignment.ranks).map { tree.roots(of: assignment.shards(of: $0)) }
  }

  /// The number of vectors that this rank keeps at once: sums in waiting.
  public var arenas: Int { ReductionPlan.arenas(localFolds) }

  /// The number of vectors that `rank` keeps.
  func arenas(of rank: Int) -> Int {
    ReductionPlan.arenas(tree.folds(over: assignment.shards(of: rank).map { $0..<$0 + 1 }))
  }

  private static func arenas(_ localFolds: [Int]) -> Int {
    var (depth, most) = (0, 0)
    for folds in localFolds {
      depth += 1 - folds
      most = max(most, depth)
    }
    return most
  }

  /// The elements of a range that is added to a waiting sum as soon as it is written: nothing where
  /// no two shards of this rank are added.
  public var spareElements: Int { localFolds.contains { $0 > 0 } ? largestRange : 0 }

  /// The numbers of messages that one bucket uses: one per root, and one for its sum.
  var tagsPerBucket: Int { (roots.map(\.count).max() ?? 0) + 1 }

  /// The elements that are received from other ranks in one step and kept until they are added, or
  /// that hold their sum.
  public var stagedElements: Int {
    let mine = roots[rank].count
    let foreign = roots.map(\.count).reduce(0, +) - mine
    return buckets.reduce(0) { sum, bucket in
      switch bucket.exchange {
      case .whole:
        let packed = mine > 1 ? mine : 0
        return sum + (foreign + packed) * bucket.range.count
      case .sliced: return sum + foreign * bucket.slice(of: rank).count
      // Nothing is received: this rank's part of the one sum, or one of its own, the other half of its
      // arenas and at most so much of what lies between.
      case .sharedSliced: return sum + bucket.slice(of: rank).count
      case .sharedWhole: return sum + (1 + arenas + foreign + mine - 2) * bucket.range.count
      }
    }
  }

  /// All memory in bytes that the reduction holds on this rank.
  public var bytes: Int {
    (arenas * count + spareElements + stagedElements) * MemoryLayout<Float>.stride
  }
}
