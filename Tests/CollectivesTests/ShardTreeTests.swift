import Collectives
import Testing

@Suite struct ShardTreeTests {
  @Test func theMiddleGivesTheOddLeafToTheLeft() {
    #expect(ShardTree.middle(of: 0..<2) == 1)
    #expect(ShardTree.middle(of: 0..<3) == 2)
    #expect(ShardTree.middle(of: 4..<8) == 6)
    #expect(ShardTree.middle(of: 3..<8) == 6)
  }

  @Test func rootsOfEightAmongThree() {
    let tree = ShardTree(shards: 8)
    #expect(tree.roots(of: 0..<8) == [0..<8])
    #expect(tree.roots(of: 0..<3) == [0..<2, 2..<3])
    #expect(tree.roots(of: 3..<6) == [3..<4, 4..<6])
    #expect(tree.roots(of: 6..<8) == [6..<8])
    #expect(tree.roots(of: 1..<7) == [1..<2, 2..<4, 4..<6, 6..<7])
    #expect(tree.roots(of: 5..<5) == [])
  }

  @Test(arguments: 1...40)
  func rootsCoverTheirRangeAndAreFew(shards: Int) {
    let tree = ShardTree(shards: shards)
    let levels = (shards - 1).bitWidth - (shards - 1).leadingZeroBitCount
    for lower in 0..<shards {
      for upper in lower + 1...shards {
        let roots = tree.roots(of: lower..<upper)
        #expect(Array(roots.joined()) == Array(lower..<upper))
        #expect(roots.count <= max(1, 2 * levels))
      }
    }
  }

  @Test func foldsOfAPerfectTreeCountAsABinaryCounterCarries() {
    let leaves = (0..<8).map { $0..<$0 + 1 }
    #expect(ShardTree(shards: 8).folds(over: leaves) == [0, 1, 0, 2, 0, 1, 0, 3])
  }

  @Test func foldsOfARangeLeaveItsRoots() {
    // 1 | 2 3 | 4 5 | 6 of eight: only the pairs can be added.
    let leaves = (1..<7).map { $0..<$0 + 1 }
    #expect(ShardTree(shards: 8).folds(over: leaves) == [0, 0, 1, 0, 1, 0])
  }

  @Test(arguments: 1...33)
  func foldsOfLeavesThenOfRootsMakeTheWholeTree(shards: Int) {
    let tree = ShardTree(shards: shards)
    func expression(_ node: Range<Int>) -> String {
      if node.count == 1 { return "\(node.lowerBound)" }
      let middle = node.lowerBound + (node.count + 1) / 2
      return "(\(expression(node.lowerBound..<middle))+\(expression(middle..<node.upperBound)))"
    }
    func carryOut(_ terms: [String], _ folds: [Int]) -> [String] {
      var stack: [String] = []
      for (term, count) in zip(terms, folds) {
        stack.append(term)
        for _ in 0..<count {
          let right = stack.removeLast()
          stack[stack.count - 1] = "(\(stack[stack.count - 1])+\(right))"
        }
      }
      return stack
    }
    for cut in 0...shards {
      let parts = [0..<cut, cut..<shards].filter { !$0.isEmpty }
      var roots: [String] = []
      for part in parts {
        let leaves = part.map { $0..<$0 + 1 }
        roots += carryOut(part.map(String.init), tree.folds(over: leaves))
      }
      let whole = carryOut(roots, tree.folds(over: parts.flatMap { tree.roots(of: $0) }))
      #expect(whole == [expression(0..<shards)])
    }
  }
}
