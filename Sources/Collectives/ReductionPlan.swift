/// What one rank adds, keeps and exchanges in each step, from numbers alone: no messages, no memory.
///
/// `nntrain check` counts memory with it; `ShardReducer` carries it out.
public struct ReductionPlan: Hashable, Sendable {
  /// How the ranks' roots come together.
  public enum Exchange: Hashable, Sendable {
    /// One rank: nothing is exchanged.
    case none
    /// Every rank receives all roots in full and adds them all: one round of messages.
    case whole
    /// Every rank adds one slice of all roots and sends it to all: two rounds, and the least bytes.
    case sliced
  }

  /// The most bytes that a rank receives in an exchange of whole vectors; beyond it, slices are
  /// faster (measured on 2 to 4 ranks of one machine; on 2 there is hardly a difference).
  public static let wholeLimit = 96 * 1024

  /// The tree of additions.
  public let tree: ShardTree
  /// Who computes which shards.
  public let assignment: ShardAssignment
  /// This rank.
  public let rank: Int
  /// The length of the vector that is summed.
  public let count: Int
  /// How the ranks' roots come together.
  public let exchange: Exchange
  /// After each local shard: how many times the last two sums are folded into one.
  let localFolds: [Int]
  /// Per rank: the subtrees whose sums it contributes.
  let roots: [[Range<Int>]]

  /// The plan of `rank` for vectors of `count` elements.
  public init(
    assignment: ShardAssignment, rank: Int, count: Int, exchange: Exchange? = nil
  ) {
    precondition(count >= 0, "a vector of \(count) elements")
    self.assignment = assignment
    self.rank = rank
    self.count = count
    let tree = ShardTree(shards: assignment.shards)
    self.tree = tree
    let foreign = assignment.ranks - 1
    let isShort = foreign * count * MemoryLayout<Float>.stride <= ReductionPlan.wholeLimit
    self.exchange =
      assignment.ranks == 1 ? .none : exchange ?? (isShort ? .whole : .sliced)
    localFolds = tree.folds(over: assignment.shards(of: rank).map { $0..<$0 + 1 })
    roots = (0..<assignment.ranks).map { tree.roots(of: assignment.shards(of: $0)) }
  }

  /// The number of vectors that this rank keeps at once: sums in waiting and the current leaf.
  public var arenas: Int {
    var (depth, most) = (0, 0)
    for folds in localFolds {
      depth += 1
      most = max(most, depth)
      depth -= folds
    }
    return most
  }

  /// The elements that are received from other ranks in one step and kept until they are added.
  public var stagedElements: Int {
    let foreign = roots.map(\.count).reduce(0, +) - roots[rank].count
    let packed = roots[rank].count > 1 ? roots[rank].count * count : 0
    switch exchange {
    case .none: return 0
    case .whole: return foreign * count + packed
    case .sliced: return foreign * slice(of: rank).count
    }
  }

  /// All memory in bytes that the reduction holds on this rank.
  public var bytes: Int { (arenas * count + stagedElements) * MemoryLayout<Float>.stride }

  /// The part of the vector that `rank` adds: whole cache lines, so that two ranks' parts never share
  /// one.
  func slice(of rank: Int) -> Range<Int> {
    let line = 16
    let lines = ShardAssignment.part(rank, of: (count + line - 1) / line, parts: assignment.ranks)
    return min(lines.lowerBound * line, count)..<min(lines.upperBound * line, count)
  }
}
