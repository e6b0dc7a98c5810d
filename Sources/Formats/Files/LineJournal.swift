#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file of whole lines in the order in which they came, which is read again when a run goes on.
///
/// A last line without a line feed was being written when the process died: it is cut off.
public final class LineJournal {
  /// The path.
  public let path: String
  /// The bytes of all lines.
  public private(set) var count: Int
  private let file: OpenFile

  private static let block = 1 << 16

  /// Opens the journal at `path`, which is made where it is absent.
  public init(path: String) throws(FileError) {
    self.path = path
    file = try OpenFile.writing(path, flags: O_RDWR | O_CREAT)
    let size = try file.status().size
    count = size
    while count > 0 {
      let start = max(0, count - LineJournal.block)
      let bytes = try file.bytes(at: start, count: count - start)
      if let end = bytes.lastIndex(of: UInt8(ascii: "\n")) {
        count = start + end + 1
        break
      }
      count = start
    }
    if count < size { try file.truncate(to: count) }
  }

  /// Appends whole lines.
  ///
  /// Where the disk is full, what of them was written is cut off again.
  ///
  /// - Precondition: `lines` end with a line feed.
  public func append(_ lines: [UInt8]) throws(FileError) {
    precondition(lines.last == UInt8(ascii: "\n"))
    do {
      try file.write(lines.span.bytes, at: count)
    } catch {
      try? file.truncate(to: count)
      throw error
    }
    count += lines.count
  }

  /// At most `most` bytes from `offset` on; none behind the last line.
  public func bytes(at offset: Int, atMost most: Int) throws(FileError) -> [UInt8] {
    try file.bytes(at: offset, count: max(0, min(most, count - offset)))
  }
}
