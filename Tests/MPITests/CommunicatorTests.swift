import Testing
import _TestSupport

@testable import MPI

@MainActor @Suite(.serialized) struct CommunicatorAcrossRanks {
  @Test func splitMakesOneCommunicatorPerColor() throws {
    try Ranks.together { world in
      // Odd and even ranks, in reverse order.
      let half = try world.split(color: world.rank % 2, key: -world.rank)
      let group = (0..<world.size).filter { $0 % 2 == world.rank % 2 }
      #expect(half?.size == group.count)
      let members = try half?.allGather(world.rank)
      #expect(members == group.reversed())
      #expect(half?.name == "world.split(\(world.rank % 2))")
    }
  }

  @Test func noColorIsNoCommunicator() throws {
    try Ranks.together { world in
      let rest = try world.split(color: world.rank == 0 ? nil : 3)
      #expect((rest == nil) == (world.rank == 0))
      #expect(rest == nil || rest?.size == world.size - 1)
    }
  }

  @Test func aNegativeColorIsRefused() throws {
    try Ranks.together { world in
      let error = #expect(throws: MPIError.self) { _ = try world.split(color: -1) }
      #expect(error?.kind == .badArgument)
      #expect(error?.description.contains("color -1") == true)
    }
  }

  @Test func ranksOfOneMachineShareMemory() throws {
    try Ranks.together { world in
      let shared = try world.splitShared()
      #expect(shared.size == world.size)  // the tests run on one machine
      #expect(shared.rank == world.rank)
      #expect(shared.name == "world.shared")
    }
  }

  @Test func aDuplicateHasMessagesOfItsOwn() throws {
    try Ranks.together { world in
      world.timeout = 33
      defer { world.timeout = Ranks.timeout }
      let copy = try world.duplicate(name: "copy")
      #expect(copy.rank == world.rank && copy.size == world.size)
      #expect(copy.name == "world.copy")
      #expect(copy.timeout == 33)
      // A message on the copy does not satisfy a receive on the world.
      let peer = (world.rank + 1) % world.size
      let from = (world.rank + world.size - 1) % world.size
      let (one, two) = (Buffer([Int32(1)]), Buffer([Int32(2)]))
      let first = try copy.startSend(one.constant, to: peer, owner: one)
      let second = try world.startSend(two.constant, to: peer, owner: two)
      var received: [Int32] = [0]
      var span = received.mutableSpan
      try world.receive(into: &span, from: from)
      #expect(received == [2])
      var again = received.mutableSpan
      try copy.receive(into: &again, from: from)
      #expect(received == [1])
      try first.wait()
      try second.wait()
    }
  }

  @Test func manyCommunicatorsAreGivenBack() throws {
    try Ranks.together { world in
      // Open MPI has 2^16 of them at most on some networks; leaks would end sooner or later.
      for _ in 0..<300 {
        let copy = try world.duplicate()
        #expect(copy.size == world.size)
      }
    }
  }

  @Test func aBarrierWaitsForTheLastRank() throws {
    try Ranks.together { world in
      let clock = ContinuousClock()
      let delay = Duration.milliseconds(60)
      let all = try world.duplicate()
      try all.barrier()
      let start = clock.now
      if world.rank == world.size - 1 {
        while clock.now - start < delay {}
      }
      try all.barrier()
      #expect(clock.now - start >= delay * 0.8)
    }
  }

  @Test func aStuckRankEndsTheWaitOfTheOthers() throws {
    try Ranks.together { world in
      guard world.size > 1 else { return }  // a rank alone waits for nobody
      let own = try world.duplicate()
      own.timeout = 0.2
      if world.rank == 0 {
        let error = #expect(throws: MPIError.self) { try own.barrier() }
        #expect(error?.kind == .timeout)
        #expect(error?.description.contains("world.duplicate") == true)
        #expect(error?.description.contains("0.2 s") == true)
      }
      // The others come after all, so that the library may end in good order.
      try world.barrier()
      own.timeout = nil
      if world.rank != 0 { try own.barrier() }
    }
  }
}
