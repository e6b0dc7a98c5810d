/// The reading end of a pipe, looked at without waiting for ever: a named one, the standard input, or a
/// file.
public final class PipeReader {
  /// What a look has found.
  public enum Arrival: Hashable, Sendable {
    /// These bytes.
    case bytes([UInt8])
    /// Nothing as yet.
    case nothing
    /// Whoever wrote has closed the pipe, and all is read.
    case ended
  }

  /// The name of the standard input in a configuration.
  public static let standardInput = "-"

  /// The path as a person knows it.
  public var path: String { file.path }
  private let file: OpenFile

  /// Opens the pipe at `path`; `-` is the standard input.
  ///
  /// A named pipe need not have a writer yet: until one has come and gone, it has not ended.
  public init(path: String) throws(FileError) {
    try PipeReader.require(path: path)
    file =
      path == PipeReader.standardInput ? .standardInput() : try OpenFile.readingPipe(path)
  }

  /// Makes sure that there is something to read at `path`, without touching it: a writer may wait there.
  public static func require(path: String) throws(FileError) {
    guard path != standardInput else { return }
    guard let status = FileStatus(of: path) else {
      throw FileError(
        .unreadable, path, "is absent; make a pipe there with mkfifo, or name another")
    }
    guard status.kind != .folder else {
      throw FileError(.unreadable, path, "is a folder, not a pipe; make one with mkfifo")
    }
  }

  /// The next bytes, at most `most`; waits `seconds` for some.
  public func next(atMost most: Int, wait seconds: Double) throws(FileError) -> Arrival {
    guard try file.waitForBytes(seconds), let bytes = try file.nextBytes(atMost: most) else {
      return .nothing
    }
    return bytes.isEmpty ? .ended : .bytes(bytes)
  }
}
