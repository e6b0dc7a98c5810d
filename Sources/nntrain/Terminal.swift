#if canImport(Glibc)
  import Glibc
#endif

/// The terminal on which a person reads along, if there is one.
///
/// A rank's own output is a pseudo-terminal or a pipe of `mpirun` even where that writes to a file. What
/// decides is `NNTRAIN_TERMINAL`, which launch/local sets, else the standard output of the parent process
/// where that is `mpirun` on the same host.
struct Terminal {
  /// The programs that start ranks and pass on what those write.
  private static let launchers: Set<String> = [
    "mpirun", "mpiexec", "orterun", "oshrun", "prterun", "prun", "mpiexec.hydra",
  ]

  /// Whether there is one.
  let isPresent: Bool
  /// The file that stands for it.
  private let path: String

  /// The terminal of this process; one of the ranks of a launcher if `isLaunched`.
  init(isLaunched: Bool) {
    let parent = "/proc/\(getppid())/"
    path = isLaunched ? parent + "fd/1" : "/proc/self/fd/1"
    if let told = getenv("NNTRAIN_TERMINAL") {
      isPresent = String(cString: told) == "1"
    } else if isLaunched {
      isPresent = Terminal.isLauncher(parent) && Terminal.isTerminal(path)
    } else {
      isPresent = isatty(1) == 1
    }
  }

  /// The columns: those of the terminal itself, else `COLUMNS`, else 80.
  var columns: Int {
    var size = winsize()
    let file = open(path, O_RDONLY | O_NOCTTY | O_NONBLOCK)
    if file >= 0 {
      defer { close(file) }
      if ioctl(file, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
    }
    let told = getenv("COLUMNS").flatMap { Int(String(cString: $0)) } ?? 0
    return told > 0 ? told : 80
  }

  private static func isLauncher(_ process: String) -> Bool {
    guard let resolved = realpath(process + "exe", nil) else { return false }
    defer { free(resolved) }
    let name = String(cString: resolved).split(separator: "/").last.map(String.init) ?? ""
    return launchers.contains(name)
  }

  private static func isTerminal(_ path: String) -> Bool {
    let file = open(path, O_RDONLY | O_NOCTTY | O_NONBLOCK)
    guard file >= 0 else { return false }
    defer { close(file) }
    return isatty(file) == 1
  }
}
