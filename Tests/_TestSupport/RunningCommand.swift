import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// A command that has been started.
public final class RunningCommand {
  private let process = Process()
  private let folder: URL
  private let began = Date()
  private let words: [String]
  private let marker = "NNTRAIN_TEST_COMMAND=" + UUID().uuidString

  init(_ command: Command) throws {
    words = try command.words()
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("nntrain-command-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    // The threads of tests hold signals back, which children would inherit.
    process.arguments = ["--default-signal"] + words
    process.environment = Command.baseEnvironment
      .merging(command.environment) { $1 }
      .merging(["NNTRAIN_TEST_COMMAND": String(marker.drop { $0 != "=" }.dropFirst())]) { $1 }
    if let folder = command.folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
    process.standardInput = FileHandle.nullDevice
    // Files, not pipes: nobody has to read along.
    process.standardOutput = try stream("output")
    process.standardError = try stream("error")
    try process.run()
  }

  deinit {
    kill()
    try? FileManager.default.removeItem(at: folder)
  }

  /// The process that was started: `mpirun`, or `nntrain` alone.
  public var identifier: Int32 { process.processIdentifier }

  /// Whether it still runs.
  public var isRunning: Bool { process.isRunning }

  /// Sends `signal` to that process.
  public func send(_ signal: Int32) { Glibc.kill(identifier, signal) }

  /// What the command has written to standard output so far.
  public var output: String { text("output") }

  /// The processes of nntrain that this command has started and that still run.
  public var ranks: [Int32] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap(Int32.init).filter { number in
      guard let name = read("/proc/\(number)/comm"), name.hasPrefix("nntrain\n"),
        let environment = read("/proc/\(number)/environ")
      else { return false }
      return environment.split(separator: "\0").contains(Substring(marker))
    }.sorted()
  }

  /// Waits until `condition` holds.
  ///
  /// - Throws: `Command.Failure` where it does not within `timeout` seconds, or the command ends
  ///   before; it is killed then.
  public func wait(
    _ what: String, timeout: Double = 30, until condition: (RunningCommand) -> Bool
  ) throws {
    let end = Date() + timeout
    while !condition(self) {
      guard process.isRunning, Date() < end else {
        let state = process.isRunning ? "runs after \(timeout) s" : "has ended"
        kill()
        throw Command.Failure(
          description: "\(title) \(state) without \(what):\n\(text("output"))\(text("error"))")
      }
      usleep(10_000)
    }
  }

  /// Waits for the end.
  ///
  /// - Throws: `Command.Failure` where the command still runs after `timeout` seconds; it is killed.
  public func finish(timeout: Double = 60) throws -> CommandOutcome {
    let end = Date() + timeout
    while process.isRunning {
      guard Date() < end else {
        kill()
        throw Command.Failure(
          description: "\(title) still runs after \(timeout) s:\n\(text("output"))\(text("error"))")
      }
      usleep(5_000)
    }
    let status = process.terminationStatus
    return CommandOutcome(
      code: process.terminationReason == .uncaughtSignal ? 128 + status : status,
      output: text("output"), error: text("error"), seconds: Date().timeIntervalSince(began))
  }

  private var title: String { words.joined(separator: " ") }

  private func kill() {
    guard process.isRunning else { return }
    for rank in ranks { Glibc.kill(rank, SIGKILL) }
    send(SIGKILL)
    for _ in 0..<400 where process.isRunning { usleep(5_000) }
  }

  private func stream(_ name: String) throws -> FileHandle {
    let file = folder.appendingPathComponent(name)
    try Data().write(to: file)
    return try FileHandle(forWritingTo: file)
  }

  private func text(_ name: String) -> String {
    read(folder.appendingPathComponent(name).path) ?? ""
  }

  private func read(_ path: String) -> String? {
    // Files below /proc tell no size: they are read to their end.
    guard let file = FileHandle(forReadingAtPath: path) else { return nil }
    defer { try? file.close() }
    return (try? file.readToEnd()).map { String(decoding: $0, as: UTF8.self) }
  }
}
