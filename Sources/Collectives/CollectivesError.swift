/// Why ranks cannot work together.
public enum CollectivesError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Every rank needs at least one shard (exit code 78).
  case moreRanksThanShards(ranks: Int, shards: Int)

  /// Some ranks hold other bytes than rank 0 where all must hold the same: another build, another
  /// configuration.
  case ranksDiffer(label: String, ranks: [Int], size: Int)

  /// One sentence for a person, with the remedy.
  public var description: String {
    switch self {
    case .moreRanksThanShards(let ranks, let shards):
      "\(ranks) ranks cannot share \(shards) shards: every rank needs at least one; "
        + "start at most \(shards) ranks or set training.shards to \(ranks) or more"
    case .ranksDiffer(let label, let ranks, let size):
      "the \(label) differs between ranks: \(CollectivesError.list(ranks)) of \(size) "
        + "\(ranks.count == 1 ? "does" : "do") not hold that of rank 0; "
        + "give every rank the same \(label)"
    }
  }

  /// The first few of `ranks`, in words.
  private static func list(_ ranks: [Int]) -> String {
    let shown = ranks.prefix(8).map(String.init).joined(separator: ", ")
    let more = ranks.count > 8 ? " and \(ranks.count - 8) more" : ""
    return (ranks.count == 1 ? "rank " : "ranks ") + shown + more
  }
}
