#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Standard output, a device or a pipe, written through a buffer.
///
/// When the program at the other end has gone, writing throws ``FileError`` of kind `readerGone`;
/// the process is not killed by a signal.
public final class StreamSink: ByteSink {
  private let file: OpenFile
  private var buffer = WriteBuffer()

  private init(_ file: OpenFile) { self.file = file }

  /// The standard output of the process.
  public static func standardOutput() -> StreamSink { StreamSink(OpenFile.standardOutput()) }

  /// An existing device or pipe.
  public convenience init(path: String) throws(FileError) {
    self.init(try OpenFile.streaming(path))
  }

  /// Appends `bytes`.
  public func write(_ bytes: RawSpan) throws(FileError) {
    if buffer.isFull(for: bytes.byteCount) { try flush() }
    if WriteBuffer.isBypassed(by: bytes.byteCount) { return try file.write(bytes) }
    buffer.append(bytes)
  }

  /// Hands over what is still held back.
  public func finish() throws(FileError) {
    try flush()
    try file.close()
  }

  private func flush() throws(FileError) {
    let bytes = buffer.take()
    try file.write(bytes.span.bytes)
  }
}
