import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// The built `nntrain`, run as people run it: as real processes, alone or under `mpirun`.
///
/// The command lies beside the bundle of the tests. Its environment is the tests' own without what
/// launchers, Open MPI and nntrain read, so that nothing around the tests decides their outcome.
public struct Command: Sendable {
  /// The words after `nntrain`.
  public var arguments: [String]
  /// The ranks of `mpirun`; nil runs the command alone.
  public var ranks: Int?
  /// More words for `mpirun`, before the program.
  public var launcherOptions: [String]
  /// Variables beside those of ``baseEnvironment``.
  public var environment: [String: String]
  /// The working directory; the tests' own without one.
  public var folder: String?

  /// A command of the given words.
  public init(
    _ arguments: [String], ranks: Int? = nil, launcherOptions: [String] = [],
    environment: [String: String] = [:], in folder: String? = nil
  ) {
    self.arguments = arguments
    self.ranks = ranks
    self.launcherOptions = launcherOptions
    self.environment = environment
    self.folder = folder
  }

  /// Runs the command to its end.
  ///
  /// - Throws: ``Failure`` where it cannot be started, or has not ended after `timeout` seconds; it is
  ///   killed then.
  public func run(timeout: Double = 60) throws -> CommandOutcome {
    try start().finish(timeout: timeout)
  }

  /// Runs `commands` at once, and tells how each has ended: starting ranks is mostly waiting.
  public static func together(
    _ commands: [Command], timeout: Double = 120
  ) throws -> [CommandOutcome] {
    let running = try commands.map { try $0.start() }
    return try running.map { try $0.finish(timeout: timeout) }
  }

  /// Starts the command.
  public func start() throws -> RunningCommand { try RunningCommand(self) }

  /// The path of the built command.
  public static func path() throws -> String {
    let bundle = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let path = URL(fileURLWithPath: bundle).deletingLastPathComponent().path + "/nntrain"
    guard FileManager.default.isExecutableFile(atPath: path) else {
      throw Failure(description: "\(path) is absent; build the package with its tests")
    }
    return path
  }

  /// What every command finds in its environment.
  public static var baseEnvironment: [String: String] {
    let foreign = ["OMPI_", "PMIX_", "PMI_", "SLURM_", "NNTRAIN_", "OMP_"]
    var found = ProcessInfo.processInfo.environment.filter { name, _ in
      !foreign.contains { name.hasPrefix($0) }
    }
    // Containers run as root and bar ranks from one another's memory; a waiting rank gives its core
    // away, since there are more ranks than cores.
    found["OMPI_ALLOW_RUN_AS_ROOT"] = "1"
    found["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1"
    found["OMPI_MCA_btl_vader_single_copy_mechanism"] = "none"
    found["OMPI_MCA_mpi_yield_when_idle"] = "1"
    // The transports of one machine: others are looked for at every start and not taken. `launch/tests` leaves
    // the choice to Open MPI.
    found["OMPI_MCA_pml"] = "ob1"
    found["OMPI_MCA_btl"] = "self,vader"
    return found
  }

  /// The program and all its words.
  func words() throws -> [String] {
    let program = try Command.path()
    guard let ranks else { return [program] + arguments }
    return ["mpirun", "-n", "\(ranks)", "--oversubscribe", "--bind-to", "none"] + launcherOptions
      + [program] + arguments
  }

  /// Why a command could not be run to its end.
  public struct Failure: Error, CustomStringConvertible {
    /// What happened.
    public let description: String
  }
}
