import Formats
import MPI
import Training

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What Open MPI needs to start, without which it fails in words of its own: open files, and room for its
/// session directory.
enum StartRequirements {
  /// The fewest files that a process must be able to open.
  private static let files: rlim_t = 64
  /// The least room in the folder of temporary files, in bytes.
  private static let room = 5 << 20

  /// Checks both; raises the limit of open files as far as that helps and is allowed.
  ///
  /// Under a launcher the session directory is the launcher's, and is there already.
  ///
  /// - Throws: ``CommandEnd`` with 78 or 73, the limit or the folder, and the remedy.
  static func check() throws {
    var limit = rlimit()
    if getrlimit(files: &limit) == 0, limit.rlim_cur < files {
      limit.rlim_cur = min(limit.rlim_max, 1024)
      guard limit.rlim_cur >= files, setrlimit(files: &limit) == 0 else {
        throw CommandEnd(
          alone: TrainingError(
            code: ExitCode.badConfiguration,
            "a process may open only \(limit.rlim_cur) files, but Open MPI needs \(files) to start; raise"
              + " the limit: ulimit -n 1024"))
      }
    }
    guard !LaunchEnvironment.current.isLaunched else { return }
    let folder =
      ["OMPI_MCA_orte_tmpdir_base", "TMPDIR", "TEMP", "TMP"].lazy
      .compactMap { Output.environment[$0] }.first { !$0.isEmpty } ?? "/tmp"
    var flaw: String?
    if access(folder, F_OK) == 0, access(folder, W_OK | X_OK) != 0 {
      flaw = "may not be written"
    } else if let free = try? DiskSpace.free(at: folder), free < room {
      flaw = "has only \(free) bytes left of the \(room) that it needs"
    }
    guard let flaw else { return }
    throw CommandEnd(
      alone: FileError(
        .cannotWrite, folder,
        "the folder of Open MPI's temporary files \(flaw); free some space there, or name another folder"
          + " by the environment variable TMPDIR"))
  }

  private static func getrlimit(files limit: inout rlimit) -> CInt {
    #if canImport(Glibc)
      Glibc.getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    #else
      Darwin.getrlimit(RLIMIT_NOFILE, &limit)
    #endif
  }

  private static func setrlimit(files limit: inout rlimit) -> CInt {
    #if canImport(Glibc)
      Glibc.setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    #else
      Darwin.setrlimit(RLIMIT_NOFILE, &limit)
    #endif
  }
}
