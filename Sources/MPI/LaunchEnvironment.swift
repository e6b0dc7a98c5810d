#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What the launcher's environment variables say about this process, before the library is
/// initialized.
///
/// Read in this order, since an inner launcher inherits the outer one's variables: Open MPI
/// (`OMPI_COMM_WORLD_*`), PMI (`PMI_*`: MPICH, Slurm), PMIx (`PMIX_RANK`, without a size), and Slurm
/// within a step (in a batch script outside of `srun`, `SLURM_NTASKS` speaks of no process).
public struct LaunchEnvironment: Hashable, Sendable {
  /// The launcher's variable that told the rank, such as `OMPI_COMM_WORLD_RANK`; nil without one.
  public let source: String?

  /// This process's number, from 0; 0 without a launcher.
  public let rank: Int

  /// The number of processes that the launcher started; nil where it does not say.
  public let size: Int?

  /// Reads `environment`.
  public init(_ environment: [String: String]) {
    func number(_ name: String) -> Int? {
      environment[name].flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil }
    }
    let inStep = environment["SLURM_STEP_ID"] != nil || environment["SLURM_STEPID"] != nil
    let stepSize = number("SLURM_STEP_NUM_TASKS") ?? number("SLURM_NTASKS")
    let candidates: [(name: String, size: Int?)] = [
      ("OMPI_COMM_WORLD_RANK", number("OMPI_COMM_WORLD_SIZE")),
      ("PMI_RANK", number("PMI_SIZE")),
      ("PMIX_RANK", inStep ? stepSize : nil),
      ("SLURM_PROCID", inStep ? stepSize : nil),
    ]
    for (name, size) in candidates where name != "SLURM_PROCID" || inStep {
      if let rank = number(name) {
        self.source = name
        self.rank = rank
        self.size = size
        return
      }
    }
    source = nil
    rank = 0
    size = nil
  }

  /// The variables of this process.
  public static var current: LaunchEnvironment {
    let names = [
      "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "PMI_RANK", "PMI_SIZE", "PMIX_RANK",
      "SLURM_PROCID", "SLURM_NTASKS", "SLURM_STEP_NUM_TASKS", "SLURM_STEP_ID", "SLURM_STEPID",
    ]
    var found: [String: String] = [:]
    for name in names {
      if let value = getenv(name) { found[name] = String(cString: value) }
    }
    return LaunchEnvironment(found)
  }

  /// Whether a launcher started this process.
  public var isLaunched: Bool { source != nil }

  /// Whether this process may print what one rank prints for all.
  public var isFirst: Bool { rank == 0 }

  /// The same mistake as far as it can be seen before the library starts, which would end the process
  /// in words of its own: Slurm started several tasks, but offers no way in which they could meet.
  public var separateTasks: SeparateCopies? {
    source == "SLURM_PROCID" ? separateCopies(worldSize: 1) : nil
  }

  /// The mistake that the launcher started several processes and the library sees one: nil where a
  /// world of `worldSize` fits.
  public func separateCopies(worldSize: Int) -> SeparateCopies? {
    guard worldSize == 1, let source, let size, size > 1 else { return nil }
    return SeparateCopies(source: source, size: size)
  }
}

/// The launcher and the library do not know each other: each process believes to be alone, and all
/// would do the same work and write the same files (exit code 78).
public struct SeparateCopies: Error, Hashable, Sendable, CustomStringConvertible {
  /// The launcher's variable that told the rank.
  public let source: String
  /// The number of processes that were started.
  public let size: Int

  /// One message for a person, with the remedy.
  public var description: String {
    "the launcher started \(size) processes (\(source) is set), but each is alone in its MPI world: "
      + "\(size) separate copies would run. Start nntrain with the mpirun of the Open MPI that it "
      + "is linked with, or with 'srun --mpi=pmix' where Slurm supports it"
  }
}
