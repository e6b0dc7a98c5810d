import Collectives
import Testing

@Suite struct ShardAssignmentTests {
  @Test func eightShardsOverThreeRanks() throws {
    let assignment = try ShardAssignment(ranks: 3, shards: 8)
    #expect((0..<3).map(assignment.shards(of:)) == [0..<3, 3..<6, 6..<8])
    #expect(!assignment.isEven)
    let even = try ShardAssignment(ranks: 4, shards: 8)
    #expect(even.isEven)
  }

  @Test(arguments: 1...20)
  func shardsAreConsecutiveCompleteAndNearlyEqual(shards: Int) throws {
    for ranks in 1...shards {
      let assignment = try ShardAssignment(ranks: ranks, shards: shards)
      let parts = (0..<ranks).map(assignment.shards(of:))
      #expect(Array(parts.joined()) == Array(0..<shards))
      let counts = parts.map(\.count)
      #expect(counts.max()! - counts.min()! <= 1)
      #expect(counts.min()! >= 1)
    }
  }

  @Test func moreRanksThanShardsNamesBothAndTheLargestUsableCount() throws {
    let error = #expect(throws: CollectivesError.self) {
      _ = try ShardAssignment(ranks: 9, shards: 8)
    }
    #expect(error == .moreRanksThanShards(ranks: 9, shards: 8))
    let text = try #require(error).description
    #expect(text.contains("9 ranks") && text.contains("at most 8 ranks"))
  }
}
