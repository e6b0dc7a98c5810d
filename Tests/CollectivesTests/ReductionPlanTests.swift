import Testing

@testable import Collectives

@Suite struct ReductionPlanTests {
  private func plan(_ ranks: Int, _ shards: Int, _ rank: Int, _ count: Int) throws -> ReductionPlan
  {
    ReductionPlan(
      assignment: try ShardAssignment(ranks: ranks, shards: shards), rank: rank, count: count)
  }

  @Test func oneRankOfEightShardsKeepsThreeArenasAndARangeAndExchangesNothing() throws {
    let plan = ReductionPlan(
      assignment: try ShardAssignment(ranks: 1, shards: 8), rank: 0, count: 1000,
      largestRange: 600)
    #expect(plan.buckets == [])
    #expect(plan.arenas == 3)
    #expect(plan.spareElements == 600)
    #expect(plan.stagedElements == 0)
    #expect(plan.bytes == 3 * 4000 + 2400)
  }

  @Test func aShardPerRankKeepsOneArena() throws {
    let plan = try plan(4, 4, 2, 1_000_000)
    #expect(plan.buckets.map(\.exchange) == [.sliced])
    #expect(plan.arenas == 1)
    #expect(plan.spareElements == 0)
    #expect(plan.stagedElements == 3 * plan.buckets[0].slice(of: 2).count)
  }

  @Test func ranksThatMeetOnceKeepTwoHalvesAndTheirOwnSum() throws {
    #expect(Bucket.sharedExchange(count: 1000, ranks: 4) == .sharedWhole)
    #expect(Bucket.sharedExchange(count: 100_000, ranks: 4) == .sharedSliced)
    let plan = ReductionPlan(
      assignment: try ShardAssignment(ranks: 2, shards: 8), rank: 0, count: 1000,
      largestRange: 600, exchange: .sharedWhole)
    // Two sums in waiting, again in the other half, and the sum of both ranks' roots.
    #expect(plan.arenas == 2 && plan.spareElements == 600)
    #expect(plan.stagedElements == 3000)
  }

  @Test func shortVectorsAreExchangedWhole() throws {
    let longest = Bucket.wholeLimit / 4
    #expect(try plan(2, 8, 0, longest).buckets[0].exchange == .whole)
    #expect(try plan(2, 8, 0, longest + 1).buckets[0].exchange == .sliced)
    #expect(try plan(4, 8, 0, longest / 3).buckets[0].exchange == .whole)
    #expect(try plan(4, 8, 0, longest / 3 + 1).buckets[0].exchange == .sliced)
  }

  @Test(arguments: [0, 1, 15, 16, 17, 63, 64, 65, 1000, 4097], [1, 16, 100, 5000])
  func bucketsAndSlicesCoverTheVectorInWholeCacheLines(count: Int, size: Int) throws {
    for ranks in 2...9 {
      let plan = ReductionPlan(
        assignment: try ShardAssignment(ranks: ranks, shards: 9), rank: 0, count: count,
        bucket: size)
      #expect(Array(plan.buckets.reversed().map(\.range).joined()) == Array(0..<count))
      #expect(plan.buckets.allSatisfy { $0.range.count < size + 16 })
      for bucket in plan.buckets {
        let slices = (0..<ranks).map(bucket.slice(of:))
        #expect(Array(slices.joined()) == Array(bucket.range))
        #expect(slices.allSatisfy { $0.isEmpty || $0.lowerBound % 16 == 0 })
      }
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
