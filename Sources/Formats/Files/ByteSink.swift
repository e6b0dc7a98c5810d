/// Where the bytes of a file format go: a file that appears only when it is complete, or a stream.
public protocol ByteSink: AnyObject {
  /// Appends `bytes`.
  func write(_ bytes: RawSpan) throws(FileError)

  /// Hands over what is still held back; nothing may be written afterwards.
  func finish() throws(FileError)
}

extension ByteSink {
  /// Appends `text` as UTF-8.
  public func write(_ text: String) throws(FileError) {
    try write(Array(text.utf8).span.bytes)
  }
}

/// The sink for an output that a user names: a path, or nil for standard output.
///
/// A file is written by ``AtomicFile``; a device or a named pipe, such as `/dev/stdout`, is written
/// as a stream, since replacing it by a file is never meant.
public func openSink(_ path: String?) throws(FileError) -> any ByteSink {
  guard let path else { return StreamSink.standardOutput() }
  if FileStatus(of: path)?.kind == .other { return try StreamSink(path: path) }
  return try AtomicFile(path: path, followsLink: true)
}
