import Testing
import _TestSupport

@testable import MPI

@MainActor @Suite(.serialized) struct BroadcastAcrossRanks {
  @Test func everyRootReachesAll() throws {
    try Ranks.together { world in
      for root in 0..<world.size {
        var values = [Float](repeating: Float(world.rank), count: 1001)
        var span = values.mutableSpan
        try world.broadcast(&span, root: root)
        #expect(values == [Float](repeating: Float(root), count: 1001))
      }
    }
  }

  @Test func everyElementTypeArrives() throws {
    try Ranks.together { world in
      let root = world.size - 1
      func check<T: MPIDatatype>(_ value: T, _ other: T) throws {
        let received = try world.broadcast(world.rank == root ? value : other, root: root)
        #expect(received == value)
      }
      try check(Float.pi, 0)
      try check(Double.pi, 0)
      try check(Int32.min, 0)
      try check(Int64.min + 1, 0)
      try check(UInt64.max - 1, 0)
      try check(UInt8.max, 0)
      try check(Int.max - 2, 0)
    }
  }

  @Test func arraysAndTextsMayHaveAnyLengthElsewhere() throws {
    try Ranks.together { world in
      let mine = [UInt8](repeating: UInt8(world.rank), count: 3 * world.rank)
      for root in 0..<world.size {
        let received = try world.broadcast(mine, root: root)
        #expect(received == [UInt8](repeating: UInt8(root), count: 3 * root))
        let text = try world.broadcast("Größe \(world.rank)", root: root)
        #expect(text == "Größe \(root)")
      }
    }
  }

  @Test func piecesBeyondTheLibrarysCountArriveWhole() throws {
    try Ranks.together { world in
      let own = try world.duplicate()
      own.countLimit = 7
      for count in [0, 6, 7, 8, 14, 50] {
        var values = (0..<count).map { world.rank == 0 ? $0 : -1 }
        var span = values.mutableSpan
        try own.broadcast(&span, root: 0)
        #expect(values == Array(0..<count))
      }
    }
  }

  @Test func aBadRootIsNamed() throws {
    try Ranks.together { world in
      for root in [-1, world.size, Int.max] {
        let error = #expect(throws: MPIError.self) { _ = try world.broadcast(1, root: root) }
        #expect(error?.kind == .badArgument)
        #expect(
          error?.description
            == "MPI_Ibcast on communicator \"world\" failed: "
            + "root \(root) is no rank; the ranks are 0..<\(world.size)")
      }
    }
  }
}
