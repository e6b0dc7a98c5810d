/// The one fixed balanced binary tree in which the shards' sums are added: who adds what to what.
///
/// A node is a range of consecutive leaves; it is split in the middle, the left half taking the odd
/// leaf. For a power of two the tree is perfect. The tree depends on the number of leaves only, never
/// on ranks: whoever adds `left + right` along it gets the same bits.
public struct ShardTree: Hashable, Sendable {
  /// The number of leaves.
  public let shards: Int

  /// The tree over `shards` leaves.
  public init(shards: Int) {
    precondition(shards >= 1, "a tree over \(shards) shards")
    self.shards = shards
  }

  /// The first leaf of the right half of `node`.
  public static func middle(of node: Range<Int>) -> Int {
    node.lowerBound + (node.count + 1) / 2
  }

  /// The largest whole subtrees within `range`, from left to right: what can be added without the
  /// leaves outside. One where `range` is a node, never more than about 2 log₂ S.
  public func roots(of range: Range<Int>) -> [Range<Int>] {
    precondition(range.lowerBound >= 0 && range.upperBound <= shards, "\(range) of \(shards)")
    var result: [Range<Int>] = []
    appendRoots(of: range, below: 0..<shards, to: &result)
    return result
  }

  private func appendRoots(
    of range: Range<Int>, below node: Range<Int>, to result: inout [Range<Int>]
  ) {
    if !range.overlaps(node) { return }
    if node.clamped(to: range) == node {
      result.append(node)
    } else {
      let middle = ShardTree.middle(of: node)
      appendRoots(of: range, below: node.lowerBound..<middle, to: &result)
      appendRoots(of: range, below: middle..<node.upperBound, to: &result)
    }
  }

  /// The order of additions over consecutive subtrees that arrive from left to right.
  ///
  /// `folds(over: blocks)[i]` says how many times the last two sums on the stack are to be replaced
  /// by `left + right` after block i has been pushed, as a binary counter carries. What remains on
  /// the stack in the end are the roots of the blocks' whole range.
  public func folds(over blocks: [Range<Int>]) -> [Int] {
    var stack: [Range<Int>] = []
    return blocks.map { block in
      precondition(
        stack.last.map { $0.upperBound == block.lowerBound } ?? true, "a gap before \(block)")
      stack.append(block)
      var count = 0
      while stack.count >= 2, areSiblings(stack[stack.count - 2], stack[stack.count - 1]) {
        let right = stack.removeLast()
        stack[stack.count - 1] = stack[stack.count - 1].lowerBound..<right.upperBound
        count += 1
      }
      return count
    }
  }

  /// Whether the two are the halves of one node.
  private func areSiblings(_ left: Range<Int>, _ right: Range<Int>) -> Bool {
    let union = left.lowerBound..<right.upperBound
    var node = 0..<shards
    while node.count > union.count {
      let middle = ShardTree.middle(of: node)
      node =
        union.lowerBound < middle ? node.lowerBound..<middle : middle..<node.upperBound
    }
    return node == union && ShardTree.middle(of: node) == right.lowerBound
  }
}
