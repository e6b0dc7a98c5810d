#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Who writes to a run directory: a process, on a host, perhaps within a batch job.
public struct RunOwner: Hashable, Sendable, CustomStringConvertible {
  /// The host's name.
  public var host: String
  /// The process.
  public var process: Int
  /// The batch job, such as `slurm 1234`, if there is one.
  public var job: String?
  /// How often the batch system has started the job again.
  public var restarts: Int

  /// An owner of the given properties.
  public init(host: String, process: Int, job: String? = nil, restarts: Int = 0) {
    self.host = host
    self.process = process
    self.job = job
    self.restarts = restarts
  }

  /// This process; the batch job is told by the variables that Slurm and PBS set.
  public init(environment: [String: String]) {
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, name.count - 1)
    host = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    process = Int(getpid())
    job =
      environment["SLURM_JOB_ID"].map { "slurm \($0)" }
      ?? environment["PBS_JOBID"].map { "pbs \($0)" }
    restarts = environment["SLURM_RESTART_COUNT"].flatMap(Int.init) ?? 0
  }

  /// Such as `process 4711 on node7 (slurm 1234)`.
  public var description: String {
    "process \(process) on \(host)" + (job.map { " (\($0))" } ?? "")
  }

  /// Whether a process of that number runs on this host.
  var isAlive: Bool { kill(pid_t(truncatingIfNeeded: process), 0) == 0 || errno == EPERM }

  /// Whether `other` is a later start of the same batch job.
  func isEarlierStart(of other: RunOwner) -> Bool {
    job != nil && job == other.job && restarts < other.restarts
  }

  var json: JSONValue {
    [
      "host": JSONValue(host), "process": JSONValue(process),
      "job": job.map { JSONValue($0) } ?? nil, "restarts": JSONValue(restarts),
    ]
  }

  /// The owner that a lock file names; nil where it names none, because its writer died too early.
  init?(json: [UInt8]) {
    guard let value = try? JSONValue(parsing: json), let host = value["host"]?.string,
      let process = value["process"]?.int
    else { return nil }
    self.init(
      host: host, process: process, job: value["job"]?.string,
      restarts: value["restarts"]?.int ?? 0)
  }
}
