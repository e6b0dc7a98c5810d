/// A stretch of the vector that is exchanged by itself, as soon as this rank has written it: while
/// the backward pass of earlier layers still runs.
///
/// Where a vector is cut changes when something is sent, never what is added to what.
public struct Bucket: Hashable, Sendable {
  /// How the ranks' roots come together.
  public enum Exchange: Hashable, Sendable {
    /// Every rank receives all roots in full and adds them all: one round of messages.
    case whole
    /// Every rank adds one slice of all roots and sends it to all: two rounds, and the least bytes.
    case sliced
    /// Every rank adds all roots where they lie, in memory that all ranks share: they meet once.
    case sharedWhole
    /// Every rank adds one slice of all roots where they lie, and all read the one sum: they meet twice.
    case sharedSliced
  }

  /// The most bytes that a rank receives in an exchange of whole vectors; beyond it, slices are
  /// faster (measured on 2 to 4 ranks of one machine; on 2 there is hardly a difference).
  public static let wholeLimit = 96 * 1024

  /// How vectors of `count` elements are summed where `ranks` ranks share memory.
  public static func sharedExchange(count: Int, ranks: Int) -> Exchange {
    foreignBytes(count, ranks) <= wholeLimit ? .sharedWhole : .sharedSliced
  }

  /// The bytes of the other ranks' vectors of `count` elements.
  private static func foreignBytes(_ count: Int, _ ranks: Int) -> Int {
    (ranks - 1) * count * MemoryLayout<Float>.stride
  }

  /// The elements of the vector.
  public let range: Range<Int>
  /// How the ranks' roots come together.
  public let exchange: Exchange
  /// The number of ranks.
  let ranks: Int

  /// The elements of `range`, exchanged between `ranks` ranks as their number decides, or as said.
  init(_ range: Range<Int>, ranks: Int, exchange: Exchange?) {
    self.range = range
    self.ranks = ranks
    self.exchange =
      exchange
      ?? (Bucket.foreignBytes(range.count, ranks) <= Bucket.wholeLimit ? .whole : .sliced)
  }

  /// A vector of `count` elements in buckets of at most about `size`, in the order in which they are
  /// written: from the end to the start.
  static func cut(
    count: Int, size: Int, ranks: Int, exchange: Exchange?
  ) -> [Bucket] {
    precondition(size > 0, "buckets of \(size) elements")
    let (lines, most) = ((count + line - 1) / line, max(1, size / line))
    let number = max(1, (lines + most - 1) / most)
    return (0..<number).reversed().map {
      Bucket(part($0, of: 0..<count, parts: number), ranks: ranks, exchange: exchange)
    }
  }

  /// The part of the bucket that `rank` adds.
  func slice(of rank: Int) -> Range<Int> { Bucket.part(rank, of: range, parts: ranks) }

  /// The elements of a cache line.
  private static let line = 16

  /// Part `index` of `range` cut into `parts` of whole cache lines, so that no two parts share one.
  ///
  /// - Precondition: `range` starts at a line.
  private static func part(_ index: Int, of range: Range<Int>, parts: Int) -> Range<Int> {
    precondition(range.lowerBound % line == 0, "\(range) starts within a cache line")
    let lines = ShardAssignment.part(index, of: (range.count + line - 1) / line, parts: parts)
    let (first, end) = (range.lowerBound + lines.lowerBound * line, range.upperBound)
    return min(first, end)..<min(first + lines.count * line, end)
  }
}
