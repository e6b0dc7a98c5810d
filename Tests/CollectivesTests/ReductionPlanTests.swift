import Testing

@testable import Collectives

@Suite struct ReductionPlanTests {
  private func plan(_ ranks: Int, _ shards: Int, _ rank: Int, _ count: Int) throws -> ReductionPlan
  {
    ReductionPlan(
      assignment: try ShardAssignment(ranks: ranks, shards: shards), rank: rank, count: count)
  }

  @Test func oneRankOfEightShardsKeepsFourArenasAndExchangesNothing() throws {
    let plan = try plan(1, 8, 0, 1000)
    #expect(plan.exchange == .none)
    #expect(plan.arenas == 4)
    #expect(plan.stagedElements == 0)
    #expect(plan.bytes == 4 * 4000)
  }

  @Test func aShardPerRankKeepsOneArena() throws {
    let plan = try plan(4, 4, 2, 1_000_000)
    #expect(plan.exchange == .sliced)
    #expect(plan.arenas == 1)
    #expect(plan.stagedElements == 3 * plan.slice(of: 2).count)
  }

  @Test func shortVectorsAreExchangedWhole() throws {
    let longest = ReductionPlan.wholeLimit / 4
    #expect(try plan(2, 8, 0, longest).exchange == .whole)
    #expect(try plan(2, 8, 0, longest + 1).exchange == .sliced)
    #expect(try plan(4, 8, 0, longest / 3).exchange == .whole)
    #expect(try plan(4, 8, 0, longest / 3 + 1).exchange == .sliced)
  }

  @Test(arguments: [0, 1, 15, 16, 17, 63, 64, 65, 1000, 4097])
  func slicesCoverTheVectorInWholeCacheLines(count: Int) throws {
    for ranks in 1...9 {
      let plan = try plan(ranks, 9, 0, count)
      let slices = (0..<ranks).map(plan.slice(of:))
      #expect(Array(slices.joined()) == Array(0..<count))
      #expect(slices.allSatisfy { $0.isEmpty || $0.lowerBound % 16 == 0 })
    }
  }

  @Test(arguments: 1...40)
  func arenasStayWithinTheRootsAndTheLevels(shards: Int) throws {
    let levels = (shards - 1).bitWidth - (shards - 1).leadingZeroBitCount
    for ranks in 1...shards {
      for rank in 0..<ranks {
        let plan = try plan(ranks, shards, rank, 10)
        #expect(plan.arenas <= plan.roots[rank].count + levels + 1)
        #expect(plan.arenas >= plan.roots[rank].count)
      }
    }
  }
}
