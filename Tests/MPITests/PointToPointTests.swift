import Testing
import _TestSupport

@testable import MPI

@MainActor @Suite(.serialized) struct PointToPointAcrossRanks {
  @Test func aRingPassesItsMessages() throws {
    try Ranks.together { world in
      let next = (world.rank + 1) % world.size
      let previous = (world.rank + world.size - 1) % world.size
      for count in [0, 1, 1000, 100_000] {
        let outgoing = Buffer((0..<count).map { Double($0 + world.rank) })
        let incoming = Buffer([Double](repeating: -1, count: count))
        let receive = try world.startReceive(
          into: incoming.values, from: previous, tag: 3, owner: incoming)
        let send = try world.startSend(
          outgoing.constant, to: next, tag: 3, owner: outgoing)
        let received = try receive.wait()
        #expect(received === incoming)
        try send.wait()
        #expect(received.array == (0..<count).map { Double($0 + previous) })
      }
    }
  }

  @Test func blockingSendsAndReceivesFindEachOther() throws {
    try Ranks.together { world in
      guard world.size > 1 else { return }  // a rank alone would wait for itself
      if world.rank == 0 {
        for peer in 1..<world.size { try world.send([Int64(peer), 5].span, to: peer, tag: peer) }
      } else {
        var values: [Int64] = [0, 0]
        var span = values.mutableSpan
        try world.receive(into: &span, from: 0, tag: world.rank)
        #expect(values == [Int64(world.rank), 5])
      }
    }
  }

  @Test func piecesBeyondTheLibrarysCountArriveInOrder() throws {
    try Ranks.together { world in
      let own = try world.duplicate()
      own.countLimit = 8
      let peer = (world.rank + 1) % world.size
      let from = (world.rank + world.size - 1) % world.size
      let outgoing = Buffer((0..<53).map(Double.init))
      let send = try own.startSend(
        outgoing.constant, to: peer, owner: outgoing)
      var values = [Double](repeating: 0, count: 53)
      var span = values.mutableSpan
      try own.receive(into: &span, from: from)
      try send.wait()
      #expect(values == (0..<53).map(Double.init))
    }
  }

  @Test func aShortMessageIsAnError() throws {
    try Ranks.together { world in
      let own = try world.duplicate()
      let outgoing = Buffer([1, 2])
      let send = try own.startSend(
        outgoing.constant, to: own.rank, owner: outgoing)
      var values = [Double](repeating: 0, count: 5)
      var span = values.mutableSpan
      let error = #expect(throws: MPIError.self) { try own.receive(into: &span, from: own.rank) }
      #expect(error?.kind == .shortMessage)
      #expect(error?.description.contains("2 elements came, 5 were expected") == true)
      try send.wait()
    }
  }

  @Test func aLongMessageIsTheLibrarysError() throws {
    try Ranks.together { world in
      let own = try world.duplicate()
      let outgoing = Buffer([1, 2, 3])
      let send = try own.startSend(
        outgoing.constant, to: own.rank, owner: outgoing)
      var values = [0.0]
      var span = values.mutableSpan
      let error = #expect(throws: MPIError.self) { try own.receive(into: &span, from: own.rank) }
      #expect(error?.description.contains("MPI_ERR_TRUNCATE") == true)
      #expect(error?.description.contains("world.duplicate") == true)
      guard case .library = error?.kind else {
        Issue.record("\(String(describing: error?.kind)) is not the library's")
        return
      }
      try send.wait()
    }
  }

  @Test func badPeersAndTagsAreNamed() throws {
    try Ranks.together { world in
      let peer = #expect(throws: MPIError.self) { try world.send([1].span, to: world.size) }
      #expect(peer?.description.contains("destination \(world.size)") == true)
      let tag = #expect(throws: MPIError.self) { try world.send([1].span, to: 0, tag: -5) }
      #expect(tag?.description.contains("MPI_ERR_TAG") == true)
      #expect(tag?.operation == "MPI_Isend")
      let wide = #expect(throws: MPIError.self) { try world.send([1].span, to: 0, tag: 1 << 40) }
      #expect(wide?.kind == .badArgument)
    }
  }
}
