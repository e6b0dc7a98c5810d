import Testing
import _TestSupport

@testable import MPI

@MainActor @Suite(.serialized) struct GatherAcrossRanks {
  @Test func gatherBringsBlocksInTheOrderOfRanks() throws {
    try Ranks.together { world in
      for root in 0..<world.size {
        let mine = [Int32(world.rank), Int32(world.rank * 10)]
        var all = [Int32](repeating: -1, count: world.rank == root ? 2 * world.size : 0)
        var span = all.mutableSpan
        try world.gather(mine.span, into: &span, root: root)
        let expected = (0..<Int32(world.size)).flatMap { [$0, $0 * 10] }
        #expect(all == (world.rank == root ? expected : []))
      }
    }
  }

  @Test func gatherOfUnequalArrays() throws {
    try Ranks.together { world in
      let mine = [Double](repeating: Double(world.rank), count: world.rank)
      let all = try world.gather(mine, root: 0)
      let texts = try world.gather("rank \(world.rank)", root: world.size - 1)
      if world.rank == 0 {
        #expect(all == (0..<world.size).map { [Double](repeating: Double($0), count: $0) })
      } else {
        #expect(all == nil)
      }
      #expect((texts != nil) == (world.rank == world.size - 1))
      if let texts { #expect(texts == (0..<world.size).map { "rank \($0)" }) }
    }
  }

  @Test func allGatherOfValuesBlocksArraysAndTexts() throws {
    try Ranks.together { world in
      let ranks = 0..<world.size
      let values = try world.allGather(Float(world.rank))
      #expect(values == ranks.map { Float($0) })
      var blocks = [UInt8](repeating: 0, count: 2 * world.size)
      var span = blocks.mutableSpan
      try world.allGather([UInt8(world.rank), 7].span, into: &span)
      #expect(blocks == ranks.flatMap { [UInt8($0), 7] })
      // The first rank has nothing to say.
      let arrays = try world.allGather([Int64](repeating: Int64(world.rank), count: world.rank))
      #expect(arrays == ranks.map { [Int64](repeating: Int64($0), count: $0) })
      let texts = try world.allGather(String(repeating: "é", count: world.rank))
      #expect(texts == ranks.map { String(repeating: "é", count: $0) })
      let nothing = try world.allGather([Float]())
      #expect(nothing == ranks.map { _ in [] })
    }
  }

  @Test func wrongSizesAreRefused() throws {
    try Ranks.together { world in
      var result = [Float](repeating: 0, count: world.size + 1)
      var span = result.mutableSpan
      let blocks = #expect(throws: MPIError.self) { try world.allGather([1].span, into: &span) }
      #expect(blocks?.kind == .badArgument)
      let counts = #expect(throws: MPIError.self) {
        try world.allGatherVariable([1].span, into: &span, counts: [1, 1, 1, 1, 1, 1, 1, 1, 1])
      }
      #expect(counts?.description.contains("9 counts") == true)
      let sum = #expect(throws: MPIError.self) {
        try world.allGatherVariable(
          [1].span, into: &span, counts: [Int](repeating: 1, count: world.size))
      }
      #expect(sum?.description.contains("buffer of \(world.size + 1)") == true)
    }
  }

  @Test func moreThanOneCallCanCarryIsRefusedNotCut() throws {
    try Ranks.together { world in
      let own = try world.duplicate()
      own.countLimit = 4
      let error = #expect(throws: MPIError.self) { _ = try own.allGather([1, 2, 3, 4, 5]) }
      #expect(error?.kind == .badArgument)
      #expect(error?.description.contains("exceed the 4") == true)
    }
  }
}
