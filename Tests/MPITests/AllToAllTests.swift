import Testing
import _TestSupport

@testable import MPI

@MainActor @Suite(.serialized) struct AllToAllAcrossRanks {
  @Test func blocksAreTransposed() throws {
    try Ranks.together { world in
      let size = world.size
      let mine: [Int32] = (0..<size).flatMap { [Int32(world.rank * 100 + $0), -1 as Int32] }
      var result = [Int32](repeating: 0, count: 2 * size)
      var span = result.mutableSpan
      try world.allToAll(mine.span, into: &span)
      let expected: [Int32] = (0..<size).flatMap { [Int32($0 * 100 + world.rank), -1 as Int32] }
      #expect(result == expected)
    }
  }

  @Test func partsOfAnyLength() throws {
    try Ranks.together { world in
      // Rank r gives q its number r + q times: nothing from 0 to 0.
      let parts = (0..<world.size).map {
        [Float](repeating: Float(world.rank), count: world.rank + $0)
      }
      let received = try world.allToAll(parts)
      #expect(
        received
          == (0..<world.size).map { [Float](repeating: Float($0), count: world.rank + $0) })
    }
  }

  @Test func wrongSizesAreRefused() throws {
    try Ranks.together { world in
      var result = [Int32](repeating: 0, count: world.size)
      var span = result.mutableSpan
      let ragged = [Int32](repeating: 0, count: 2 * world.size)
      let error = #expect(throws: MPIError.self) { try world.allToAll(ragged.span, into: &span) }
      #expect(error?.kind == .badArgument)
      let parts = #expect(throws: MPIError.self) {
        _ = try world.allToAll([[Float]](repeating: [], count: world.size + 1))
      }
      #expect(parts?.description.contains("\(world.size + 1) parts") == true)
    }
  }
}
