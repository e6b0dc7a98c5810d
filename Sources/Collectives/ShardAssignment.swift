/// Which rank computes which shards: consecutive ones, S/P each, the first ranks one more where P
/// does not divide S.
public struct ShardAssignment: Hashable, Sendable {
  /// The number of ranks.
  public let ranks: Int
  /// The number of shards.
  public let shards: Int

  /// Distributes `shards` over `ranks`; throws `CollectivesError` where a rank would get none.
  public init(ranks: Int, shards: Int) throws(CollectivesError) {
    precondition(ranks >= 1 && shards >= 1, "\(shards) shards over \(ranks) ranks")
    guard ranks <= shards else {
      throw .moreRanksThanShards(ranks: ranks, shards: shards)
    }
    self.ranks = ranks
    self.shards = shards
  }

  /// The shards of `rank`.
  public func shards(of rank: Int) -> Range<Int> {
    precondition((0..<ranks).contains(rank), "rank \(rank) of \(ranks)")
    return ShardAssignment.part(rank, of: shards, parts: ranks)
  }

  /// Whether every rank has equally many shards.
  public var isEven: Bool { shards % ranks == 0 }

  /// Part `index` of `total` things cut into `parts` consecutive ones, the first ones larger by one
  /// where they cannot be equal.
  static func part(_ index: Int, of total: Int, parts: Int) -> Range<Int> {
    let (each, extra) = total.quotientAndRemainder(dividingBy: parts)
    let start = index * each + min(index, extra)
    return start..<start + each + (index < extra ? 1 : 0)
  }
}
