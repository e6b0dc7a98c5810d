import Testing
import _TestSupport

@testable import MPI

@MainActor @Suite(.serialized) struct PersistentRequestsAcrossRanks {
  @Test(arguments: [1, 1000, 50_000])
  func theSameMessagesGoAgainAndAgain(count: Int) throws {
    try Ranks.together("\(#function) \(count)") { world in
      let requests = PersistentRequests(world)
      let outgoing = Buffer([Float](repeating: -1, count: count))
      let incoming = (0..<world.size).map { _ in Buffer([Float](repeating: -1, count: count)) }
      for peer in 0..<world.size {
        try requests.addReceive(
          into: incoming[peer].values, from: peer, tag: 1, owner: incoming[peer])
        try requests.addSend(
          outgoing.constant, to: peer, tag: 1, owner: outgoing)
      }
      #expect(requests.count == 2 * world.size)
      for step in 0..<20 {
        outgoing.values.update(repeating: Float(step * 100 + world.rank))
        try requests.startAll()
        #expect(requests.pending == 2 * world.size)
        try requests.waitAll()
        #expect(requests.pending == 0)
        for peer in 0..<world.size {
          let value = Float(step * 100 + peer)
          #expect(incoming[peer].values.allSatisfy { $0 == value })
        }
      }
    }
  }

  @Test func completedMessagesAreNamedOnce() throws {
    try Ranks.together { world in
      let requests = PersistentRequests(world)
      let (outgoing, incoming) = (
        Buffer([Float](repeating: -1, count: 4)), Buffer([Float](repeating: -1, count: 4))
      )
      let next = (world.rank + 1) % world.size
      let previous = (world.rank + world.size - 1) % world.size
      try requests.addReceive(into: incoming.values, from: previous, tag: 0, owner: incoming)
      try requests.addSend(outgoing.constant, to: next, tag: 0, owner: outgoing)
      let early = try requests.testSome()
      #expect(early == 0)  // nothing was started
      try requests.startAll()
      var seen: [Int] = []
      while requests.pending > 0 {
        for i in 0..<(try requests.testSome()) { seen.append(requests.completedMessage(i)) }
      }
      #expect(seen.sorted() == [0, 1])
    }
  }

  @Test func noMessagesAreDoneAtOnce() throws {
    try Ranks.together { world in
      let requests = PersistentRequests(world)
      try requests.startAll()
      try requests.waitAll()
      #expect(requests.count == 0)
    }
  }

  @Test func aSilentPeerEndsInATimeout() throws {
    try Ranks.together { world in
      let own = try world.duplicate(name: "silent")
      own.timeout = 0.1
      let requests = PersistentRequests(own)
      let incoming = Buffer([Float](repeating: -1, count: 2))
      try requests.addReceive(into: incoming.values, from: own.rank, tag: 9, owner: incoming)
      try requests.startAll()
      let error = #expect(throws: MPIError.self) { try requests.waitAll() }
      #expect(error?.kind == .timeout)
      #expect(error?.communicator == "world.silent")
      // The message comes after all, so that nothing stays open.
      try own.send([Float(1), 2].span, to: own.rank, tag: 9)
      try requests.waitAll()
      #expect(incoming.array == [1, 2])
    }
  }

  @Test func shortMessagesAndBadArgumentsAreErrors() throws {
    try Ranks.together { world in
      let own = try world.duplicate()
      let requests = PersistentRequests(own)
      let (incoming, outgoing) = (
        Buffer([Float](repeating: -1, count: 5)), Buffer([Float](repeating: -1, count: 3))
      )
      try requests.addReceive(into: incoming.values, from: own.rank, tag: 0, owner: incoming)
      try requests.addSend(
        outgoing.constant, to: own.rank, tag: 0, owner: outgoing)
      try requests.startAll()
      let short = #expect(throws: MPIError.self) { try requests.waitAll() }
      #expect(short?.kind == .shortMessage)
      try requests.waitAll()
      let peer = #expect(throws: MPIError.self) {
        try requests.addSend(
          outgoing.constant, to: -1, tag: 0, owner: outgoing)
      }
      #expect(peer?.description.contains("destination -1") == true)
      own.countLimit = 2
      let long = #expect(throws: MPIError.self) {
        try requests.addSend(
          outgoing.constant, to: own.rank, tag: 0, owner: outgoing)
      }
      #expect(long?.kind == .badArgument)
    }
  }
}
