import Testing
import _TestSupport

@testable import MPI

@MainActor @Suite(.serialized) struct AllReduceAcrossRanks {
  @Test func sumMinimumAndMaximum() throws {
    try Ranks.together { world in
      let (rank, size) = (world.rank, world.size)
      let sum = try world.allReduce(rank + 1, .sum)
      let least = try world.allReduce(Double(rank) - 5, .min)
      let most = try world.allReduce(UInt64(rank) * 10, .max)
      #expect(sum == size * (size + 1) / 2)
      #expect(least == -5)
      #expect(most == UInt64(size - 1) * 10)
    }
  }

  @Test func spansAreReducedElementByElementInPlace() throws {
    try Ranks.together { world in
      let size = Float(world.size)
      var values = (0..<1003).map { Float($0 + world.rank) }
      var span = values.mutableSpan
      try world.allReduce(&span, .sum)
      #expect(values == (0..<1003).map { Float($0) * size + size * (size - 1) / 2 })
    }
  }

  @Test func emptySpansPass() throws {
    try Ranks.together { world in
      var values: [Int32] = []
      var span = values.mutableSpan
      try world.allReduce(&span, .sum)
      #expect(values.isEmpty)
    }
  }

  @Test func piecesBeyondTheLibrarysCountAreAllReduced() throws {
    try Ranks.together { world in
      let own = try world.duplicate()
      own.countLimit = 5
      for count in [4, 5, 6, 23] {
        var values = (0..<count).map { Int32($0 * (world.rank + 1)) }
        var span = values.mutableSpan
        try own.allReduce(&span, .max)
        #expect(values == (0..<count).map { Int32($0 * world.size) })
      }
    }
  }

  @Test func reduceReachesTheRootOnly() throws {
    try Ranks.together { world in
      for root in 0..<world.size {
        var values = [Int32(world.rank), 1]
        var span = values.mutableSpan
        try world.reduce(&span, .sum, root: root)
        let size = Int32(world.size)
        #expect(
          values == (world.rank == root ? [size * (size - 1) / 2, size] : [Int32(world.rank), 1]))
      }
    }
  }

  @Test func reduceInPieces() throws {
    try Ranks.together { world in
      let own = try world.duplicate()
      own.countLimit = 3
      var values = (0..<10).map { Double($0 + world.rank) }
      var span = values.mutableSpan
      try own.reduce(&span, .min, root: 0)
      if world.rank == 0 { #expect(values == (0..<10).map(Double.init)) }
    }
  }
}
