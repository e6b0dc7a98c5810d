#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A text file to which whole lines are appended, such as a log.
public final class AppendedFile {
  private let file: OpenFile

  /// Opens `path` to append; it is created where it is absent.
  public init(path: String) throws(FileError) {
    file = try OpenFile.writing(path, flags: O_WRONLY | O_CREAT | O_APPEND)
  }

  /// Appends `line` and a line feed by one write call, so that readers see whole lines only.
  ///
  /// Where the disk is full, the part of the line that was written is cut off again.
  public func append(line: String) throws(FileError) {
    let before = try file.status()
    do {
      try file.write(Array((line + "\n").utf8).span.bytes)
    } catch {
      if before.kind == .file { try? file.truncate(to: before.size) }
      throw error
    }
  }

  /// Waits until all lines are on the disk.
  public func synchronize() throws(FileError) { try file.synchronize() }
}
