#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The program that draws: <http://www.gnuplot.info>, Debian's package gnuplot-nox.
///
/// It gets a script that is made here, reads no file of the user's, and writes the picture to its standard
/// output. Every call starts a process of its own, so that several threads may draw at once.
public struct Gnuplot: Sendable {
  /// Where the program lies.
  public let path: String
  /// The nice value of the program, from 0 to 19: with 19 it takes only time that no other process needs.
  public var niceness: Int32 = 0
  /// After how many seconds the program is ended.
  public var patience = 60.0

  /// The program of `NNTRAIN_GNUPLOT`, or the `gnuplot` of `PATH`.
  ///
  /// - Throws: ``PlotError`` of the kind `missing` where there is none.
  public init(environment: [String: String]) throws(PlotError) {
    if let told = environment["NNTRAIN_GNUPLOT"] {
      guard access(told, X_OK) == 0 else {
        throw PlotError(.missing, "NNTRAIN_GNUPLOT is \(told), which is no program; unset it")
      }
      path = told
      return
    }
    let places = (environment["PATH"] ?? "").split(separator: ":").map { "\($0)/gnuplot" }
    guard let found = places.first(where: { access($0, X_OK) == 0 }) else {
      throw PlotError(
        .missing,
        "gnuplot, which draws pictures, is not installed; install it"
          + " (sudo apt-get install gnuplot-nox), or do without pictures")
    }
    path = found
  }

  /// The picture of `chart`.
  ///
  /// - Throws: ``PlotError`` with the program's own words where it fails.
  public func draw(_ chart: Chart, as format: PictureFormat) throws(PlotError) -> [UInt8] {
    let script = GnuplotScript(chart, format: format).text
    let files = try (0..<3).map { _ throws(PlotError) in try Scratch() }
    try files[0].write(Array(script.utf8))
    let status = try run(files.map(\.descriptor))
    let words = String(decoding: files[2].content(), as: UTF8.self)
    let picture = files[1].content()
    guard status == 0, !picture.isEmpty else {
      let first = words.split(separator: "\n").first { $0.contains(where: \.isLetter) } ?? ""
      throw PlotError(
        .failed, "\(path) could not draw \"\(chart.title)\" (status \(status)): \(first)")
    }
    return picture
  }

  /// Runs the program on the three standard streams; its exit status.
  private func run(_ streams: [Int32]) throws(PlotError) -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (target, stream) in streams.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, stream, Int32(target))
    }
    // Signals that this process holds back must not be held back there.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    // -d: settings of the user's own would change the picture.
    let words: [String] = ["gnuplot", "-d", "-"]
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
    arguments.append(nil)
    defer { arguments.forEach { free($0) } }
    var process = pid_t()
    let code = posix_spawn(&process, path, &actions, &attributes, &arguments, environ)
    guard code == 0 else {
      throw PlotError(.failed, "\(path) cannot be started: \(String(cString: strerror(code)))")
    }
    if niceness > 0 {
      setpriority(__priority_which_t(PRIO_PROCESS.rawValue), id_t(process), niceness)
    }
    var status: Int32 = 0
    var waited = 0.0
    while case let ended = waitpid(process, &status, WNOHANG), ended != process {
      guard ended == 0 || errno == EINTR else {
        throw PlotError(.failed, "\(path) was lost: \(String(cString: strerror(errno)))")
      }
      if waited > patience {
        kill(process, SIGKILL)
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        throw PlotError(.failed, "\(path) has not answered for \(Int(patience)) s and was ended")
      }
      usleep(2000)
      waited += 0.002
    }
    return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
  }
}

/// A file without a name, which is gone when nobody holds it.
private final class Scratch {
  private let file: UnsafeMutablePointer<FILE>
  var descriptor: Int32 { fileno(file) }

  init() throws(PlotError) {
    guard let file = tmpfile() else {
      throw PlotError(
        .failed, "no temporary file can be made: \(String(cString: strerror(errno)))")
    }
    self.file = file
  }

  deinit { fclose(file) }

  /// Writes `bytes` and goes back to the start.
  func write(_ bytes: [UInt8]) throws(PlotError) {
    guard fwrite(bytes, 1, bytes.count, file) == bytes.count, fflush(file) == 0 else {
      throw PlotError(
        .failed, "a temporary file cannot be written: \(String(cString: strerror(errno)))")
    }
    rewind(file)
  }

  /// All that has been written.
  func content() -> [UInt8] {
    rewind(file)
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = fread(&piece, 1, piece.count, file), count > 0 {
      bytes += piece[..<count]
    }
    return bytes
  }
}
