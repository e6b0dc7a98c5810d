import MPI

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The world of a test that runs on several ranks at once.
///
/// Such tests live in suites named `...AcrossRanks`, are `@MainActor` (message passing wants one call at
/// a time) and wrap their body in `Ranks.together`. `scripts/test-mpi.sh` runs them under
/// `mpirun`; plain `swift test` runs them in a world of one. The expected number of ranks comes from
/// `NNTRAIN_TEST_RANKS` (1 without it): another size is an error, never a reason to skip.
@MainActor
public enum Ranks {
  /// Seconds that a test may wait for another rank before it fails.
  public static let timeout = 60.0

  /// The number of ranks that the caller of the tests asked for.
  public static var expected: Int {
    getenv("NNTRAIN_TEST_RANKS").flatMap { Int(String(cString: $0)) } ?? 1
  }

  /// Runs `body` on all ranks at once, after making sure that they all are in the same test.
  public static func together(
    _ test: String = #function, in file: String = #fileID,
    _ body: (Communicator) throws -> Void
  ) throws {
    let world = try member.get().world
    guard world.size == expected else {
      throw WrongWorld(size: world.size, expected: expected)
    }
    let tests = try world.allGather("\(file) \(test)")
    if let other = tests.firstIndex(where: { $0 != tests[0] }) {
      world.abort(
        code: 70,
        message: "rank 0 runs \(tests[0]), rank \(other) runs \(tests[other]); "
          + "pass --no-parallel, so that all ranks run the tests in the same order")
    }
    try body(world)
  }

  /// The process's one membership, finalized when the process ends.
  private static let member = Result {
    if !LaunchEnvironment.current.isLaunched {
      // A process alone needs no daemon of the launcher.
      setenv("OMPI_MCA_ess_singleton_isolated", "1", 0)
    }
    let member = Member(universe: try Universe())
    member.world.timeout = timeout
    last = member
    atexit { Ranks.last?.leave() }
    return member
  }

  /// For the exit handler, which runs on the thread that ends the process and cannot capture: set
  /// once, before the handler is installed.
  private nonisolated(unsafe) static var last: Member?
}

/// The number of ranks is not what the tests were told.
public struct WrongWorld: Error, CustomStringConvertible {
  let size: Int
  let expected: Int

  /// What was found, and the remedy.
  public var description: String {
    "the world has \(size) ranks, \(expected) were expected; run scripts/test-mpi.sh \(expected)"
  }
}

/// Holds the universe, which cannot be copied.
private final class Member {
  let world: Communicator
  private var universe: Universe?

  init(universe: consuming Universe) {
    world = universe.world
    self.universe = consume universe
  }

  func leave() { universe = nil }
}
