import MPI
import Testing
import _TestSupport

@MainActor @Suite(.serialized) struct UniverseAcrossRanks {
  @Test func theWorldIsWhole() throws {
    try Ranks.together { world in
      #expect(world.name == "world")
      #expect((0..<world.size).contains(world.rank))
      let ranks = try world.allGather(world.rank)
      #expect(ranks == Array(0..<world.size))
      #expect(LaunchEnvironment.current.separateCopies(worldSize: world.size) == nil)
      if LaunchEnvironment.current.isLaunched {
        #expect(LaunchEnvironment.current.rank == world.rank)
        #expect(LaunchEnvironment.current.size == world.size)
      }
    }
  }

  @Test func aSecondUniverseIsRefused() throws {
    try Ranks.together { _ in
      let error = #expect(throws: MPIError.self) {
        let second = try Universe()
        try second.finalize()
      }
      #expect(error?.kind == .alreadyInitialized)
    }
  }
}
