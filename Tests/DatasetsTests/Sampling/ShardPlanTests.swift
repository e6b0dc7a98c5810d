import Datasets
import Testing

@Suite struct ShardPlanTests {
  @Test(arguments: [1, 2, 7, 32, 100, 1437], [1, 3, 32, 64])
  func shardsCoverEveryPositionOnce(samples: Int, batch: Int) {
    for shards in [1, 2, 3, 4, 5, 8, 13] {
      for dropsLast in [false, true] {
        let plan = ShardPlan(
          samples: samples, batch: batch, shards: shards, dropsLast: dropsLast)
        var next = 0
        var sizes: Set<Int> = []
        for step in 0..<plan.steps {
          #expect(plan.positions(step: step).lowerBound == next)
          let ranges = (0..<shards).map { plan.positions(step: step, shard: $0) }
          for range in ranges {
            #expect(range.lowerBound == next)
            next = range.upperBound
            if !range.isEmpty { sizes.insert(range.count) }
          }
          #expect(plan.positions(step: step).upperBound == next)
          #expect(ranges.map(\.count) == ranges.map(\.count).sorted(by: >))
          #expect(ranges[0].count - ranges[shards - 1].count <= 1)
        }
        #expect(next == (dropsLast ? samples / batch * batch : samples))
        #expect(plan.shardSizes == sizes.sorted(by: >))
        #expect(plan.largestShard == sizes.max() ?? 0)
      }
    }
  }

  @Test func aRaggedLastBatchIsCutEvenly() {
    let plan = ShardPlan(samples: 70, batch: 32, shards: 4)
    #expect(plan.steps == 3)
    #expect((0..<4).map { plan.positions(step: 1, shard: $0).count } == [8, 8, 8, 8])
    #expect(
      (0..<4).map { plan.positions(step: 2, shard: $0) } == [64..<66, 66..<68, 68..<69, 69..<70])
    #expect(plan.shardSizes == [8, 2, 1])
    #expect(ShardPlan(samples: 70, batch: 32, shards: 4, dropsLast: true).steps == 2)
    #expect(ShardPlan(samples: 3, batch: 32, shards: 4, dropsLast: true).shardSizes == [])
  }
}
