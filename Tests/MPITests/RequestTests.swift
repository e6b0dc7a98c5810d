import Testing
import _TestSupport

@testable import MPI

@MainActor @Suite(.serialized) struct RequestAcrossRanks {
  @Test func aRequestKeepsItsBufferUntilItIsComplete() throws {
    try Ranks.together { world in
      weak var observed: Buffer<Int32>?
      var request: Request<Buffer<Int32>>?
      do {
        let buffer = Buffer([Int32](repeating: Int32(world.rank), count: 1000))
        observed = buffer
        request = try world.startAllReduce(buffer.values, .max, owner: buffer)
      }
      #expect(observed != nil)
      let buffer = try request.take()?.wait()
      #expect(buffer?.values.allSatisfy { $0 == Int32(world.size - 1) } == true)
    }
  }

  @Test func testSaysWhenItIsDone() throws {
    try Ranks.together { world in
      let buffer = Buffer([Int32(world.rank)])
      var request = try world.startBroadcast(buffer.values, root: 0, owner: buffer)
      var tests = 1
      while try !request.test() { tests += 1 }
      let again = try request.test()  // a complete one stays complete
      #expect(again)
      #expect(buffer.values[0] == 0)
      try request.wait()
    }
  }

  @Test func severalCollectivesMayBeUnderWay() throws {
    try Ranks.together { world in
      let (a, b, c) = (Buffer<Int32>([1]), Buffer([Int32(world.rank)]), Buffer([Int32(world.rank)]))
      let gathered = Buffer([Int32](repeating: -1, count: world.size))
      let sum = try world.startAllReduce(a.values, .sum, owner: a)
      let first = try world.startBroadcast(b.values, root: world.size - 1, owner: b)
      let all = try world.startAllGather(
        c.constant, into: gathered.values, owner: (c, gathered))
      let barrier = try world.startBarrier()
      try barrier.wait()
      let ranks = try all.wait().1
      try first.wait()
      try sum.wait()
      #expect(a.values[0] == Int32(world.size))
      #expect(b.values[0] == Int32(world.size - 1))
      #expect(ranks.array == (0..<Int32(world.size)).map { $0 })
    }
  }

  @Test func theOtherCollectivesStartToo() throws {
    try Ranks.together { world in
      let (rank, size) = (Int32(world.rank), world.size)
      let mine = Buffer([rank])
      let each = Buffer((0..<Int32(size)).map { rank * 10 + $0 })
      let ones = [Int](repeating: 1, count: size)
      func result() -> Buffer<Int32> { Buffer([Int32](repeating: -1, count: size)) }
      let ranks = (0..<Int32(size)).map { $0 }

      let (a, b, c, d, e) = (result(), result(), result(), result(), result())
      let gather = try world.startGather(mine.constant, into: e.values, root: 0, owner: e)
      let gatherVariable = try world.startGatherVariable(
        mine.constant, into: a.values, counts: ones, root: 0, owner: a)
      let allGatherVariable = try world.startAllGatherVariable(
        mine.constant, into: b.values, counts: ones, owner: b)
      let allToAll = try world.startAllToAll(
        each.constant, into: c.values, owner: c)
      let allToAllVariable = try world.startAllToAllVariable(
        each.constant, counts: ones, into: d.values, resultCounts: ones, owner: d
      )
      let least = Buffer([rank])
      let reduce = try world.startReduce(least.values, .sum, root: 0, owner: least)
      try reduce.wait()
      try gather.wait()
      try allToAllVariable.wait()
      try allToAll.wait()
      try allGatherVariable.wait()
      try gatherVariable.wait()
      if world.rank == 0 {
        #expect(a.array == ranks)
        #expect(e.array == ranks)
        #expect(least.values[0] == Int32(size * (size - 1) / 2))
      }
      #expect(b.array == ranks)
      #expect(c.array == ranks.map { $0 * 10 + rank })
      #expect(d.array == ranks.map { $0 * 10 + rank })
    }
  }
}
