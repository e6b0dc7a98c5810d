import Collectives
import MPI
import Tensors
import Testing
import _TestSupport

@MainActor @Suite(.serialized) struct ShardReducerAcrossRanks {
  static let shardCounts = [1, 2, 3, 5, 6, 7, 8, 16]

  /// One step: each local leaf is written and committed; the sum is handed out.
  private func step(_ reducer: ShardReducer, _ step: Int, _ count: Int) throws -> FloatStorage {
    for shard in reducer.localShards {
      reducer.leaf.base.update(from: Leaves.vector(shard, step, count), count: count)
      reducer.commitLeaf()
    }
    return try reducer.finish()
  }

  // Fewer elements than ranks, no multiple of anything, both sides of the exchange's limit, more
  // than a block.
  @Test(arguments: [0, 1, 2, 5, 31, 257, 4096, 4101, 20_011])
  func bitsAreThoseOfTheTreeForEveryNumberOfShards(count: Int) throws {
    try Ranks.together("\(#function) \(count)") { world in
      for shards in Self.shardCounts where shards >= world.size {
        let expected = (0..<3).map { Leaves.treeSum(0..<shards, $0, count).bits }
        for exchange in [nil, ReductionPlan.Exchange.whole, .sliced] {
          let reducer = try ShardReducer(
            communicator: world, shards: shards, count: count,
            exchange: world.size == 1 ? nil : exchange)
          for number in 0..<3 {
            let sum = try step(reducer, number, count)
            #expect(
              sum.array.bits == expected[number],
              "S=\(shards) P=\(world.size) count=\(count) step=\(number) \(reducer.plan.exchange)")
          }
        }
      }
    }
  }

  @Test func theBlockingReducerAgrees() throws {
    try Ranks.together { world in
      for shards in Self.shardCounts where shards >= world.size {
        let count = 5003
        let slow = try BlockingReducer(communicator: world, shards: shards)
        let fast = try ShardReducer(communicator: world, shards: shards, count: count)
        #expect(slow.localShards == fast.localShards)
        let expected = try slow.reduce(slow.localShards.map { Leaves.vector($0, 9, count) })
        let sum = try step(fast, 9, count)
        #expect(sum.array.bits == expected.bits)
        #expect(expected.bits == Leaves.treeSum(0..<shards, 9, count).bits)
      }
    }
  }

  @Test func leavesOfZerosTakePart() throws {
    try Ranks.together { world in
      let count = 6000
      let reducer = try ShardReducer(communicator: world, shards: 8, count: count)
      for shard in reducer.localShards {
        var span = reducer.leaf.mutableSpan
        for i in 0..<count { span[i] = shard == 5 ? Float(i) : 0 }
        reducer.commitLeaf()
      }
      let sum = try reducer.finish()
      #expect(sum.array == (0..<count).map { Float($0) })
    }
  }

  @Test func notANumberReachesEveryRank() throws {
    try Ranks.together { world in
      for count in [40, 30_000] {
        let reducer = try ShardReducer(communicator: world, shards: 8, count: count)
        while reducer.pendingShards > 0 {
          let isLast = world.rank == world.size - 1 && reducer.pendingShards == 1
          var span = reducer.leaf.mutableSpan
          for i in 0..<count { span[i] = isLast && i == 7 ? .nan : 1 }
          reducer.commitLeaf()
        }
        let sum = try reducer.finish().array
        #expect(sum[7].isNaN)
        #expect(sum.filter { $0 == 8 }.count == count - 1)
      }
    }
  }

  @Test func twoReducersDoNotMixTheirMessages() throws {
    try Ranks.together { world in
      let short = try ShardReducer(communicator: world, shards: 8, count: 100)
      let long = try ShardReducer(communicator: world, shards: 8, count: 30_000)
      for number in 0..<5 {
        let (a, b) = (try step(short, number, 100), try step(long, number, 30_000))
        #expect(a.array.bits == Leaves.treeSum(0..<8, number, 100).bits)
        #expect(b.array.bits == Leaves.treeSum(0..<8, number, 30_000).bits)
      }
    }
  }

  @Test func moreRanksThanShardsIsRefusedOnEveryRank() throws {
    try Ranks.together { world in
      guard world.size > 1 else { return }  // no number of shards is below one rank
      let error = #expect(throws: CollectivesError.self) {
        _ = try ShardReducer(communicator: world, shards: world.size - 1, count: 10)
      }
      #expect(error == .moreRanksThanShards(ranks: world.size, shards: world.size - 1))
    }
  }

  @Test func differentShapesAreRefusedOnEveryRank() throws {
    try Ranks.together { world in
      guard world.size > 1 else { return }  // a rank alone cannot differ
      let error = #expect(throws: CollectivesError.self) {
        _ = try ShardReducer(communicator: world, shards: 8, count: world.rank == 1 ? 11 : 10)
      }
      #expect(error?.description.contains("rank 1 of \(world.size)") == true)
    }
  }
}
