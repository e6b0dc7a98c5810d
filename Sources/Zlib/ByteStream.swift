/// The bytes of a file from front to back: as they are, or decompressed on the way.
///
/// A gzip file may have several members, as `cat a.gz b.gz` makes them. The caller takes the content
/// in pieces of its own size, so nothing is allocated by what a file claims or unpacks to.
public final class ByteStream {
  private enum Coding { case plain, gzip, deflate }

  /// The file's path.
  public let path: String
  /// Whether the bytes are decompressed on the way.
  public var isCompressed: Bool { coding != .plain }
  /// The number of bytes that the content can have at most, by the size of what it is read from.
  ///
  /// Deflate packs at most 1032 bytes into one (zlib's technical notes).
  public let greatestCount: Int

  private let file: InputFile
  private let coding: Coding
  private var inflater: Inflater?
  private var position: Int
  private let end: Int
  private let buffer: UnsafeMutableBufferPointer<UInt8>
  private var unread = 0..<0
  private var finished = false

  private static let bufferSize = 1 << 16
  private static let greatestRatio = 1032

  /// The largest decompressed content that is handed out; one byte more is an error.
  private let limit: Int
  private var count = 0
  private let checksum: UInt32?
  private var running = CRC32()

  /// The whole of `file`, decompressed if it begins with gzip's magic number.
  ///
  /// - Parameter limit: The largest decompressed content to accept, for callers that keep all of
  ///   it and cannot know its size beforehand.
  public convenience init(_ file: InputFile, limit: Int = .max) throws(InputError) {
    let compressed = try ByteStream.isGzip(file)
    try self.init(file, 0..<file.size, compressed ? .gzip : .plain, limit, nil)
  }

  /// The bytes of `file` in `range`, decompressed if they are a bare deflate stream.
  ///
  /// - Parameter checksum: The content's CRC-32, verified when its end is read.
  public convenience init(
    _ file: InputFile, range: Range<Int>, deflated: Bool, checksum: UInt32? = nil
  ) throws(InputError) {
    precondition(range.upperBound <= file.size, "\(range) of a file of \(file.size) bytes")
    try self.init(file, range, deflated ? .deflate : .plain, .max, checksum)
  }

  private init(
    _ file: InputFile, _ range: Range<Int>, _ coding: Coding, _ limit: Int, _ checksum: UInt32?
  ) throws(InputError) {
    self.file = file
    self.checksum = checksum
    self.limit = limit
    self.coding = coding
    path = file.path
    position = range.lowerBound
    end = range.upperBound
    switch coding {
    case .plain:
      greatestCount = range.count
      inflater = nil
      buffer = .allocate(capacity: 0)
    case .gzip, .deflate:
      let (product, overflow) = range.count.multipliedReportingOverflow(
        by: ByteStream.greatestRatio)
      greatestCount = overflow ? .max : product
      inflater = try Inflater(coding == .gzip ? .gzip : .none)
      buffer = .allocate(capacity: ByteStream.bufferSize)
      buffer.initialize(repeating: 0)
    }
  }

  deinit { buffer.deallocate() }

  /// Whether `file` begins with gzip's magic number.
  public static func isGzip(_ file: InputFile) throws(InputError) -> Bool {
    var magic: [UInt8] = [0, 0]
    var span = magic.mutableSpan
    guard try file.read(into: &span, at: 0) == 2 else { return false }
    return magic == [0x1f, 0x8b]
  }

  /// Fills `output` as far as the content goes; returns the number of bytes, less than
  /// `output.count` only at the end of the content.
  public func read(into output: inout MutableSpan<UInt8>) throws(InputError) -> Int {
    let done = try readContent(into: &output)
    count += done
    guard count <= limit else {
      throw InputError(.tooLarge, "\(path) unpacks to more than \(limit) bytes")
    }
    if let checksum {
      running.update(output.span.extracting(first: done))
      guard done == output.count || running.value == checksum else {
        throw InputError(.corrupt, "\(path) is damaged: its content does not match its checksum")
      }
    }
    return done
  }

  private func readContent(into output: inout MutableSpan<UInt8>) throws(InputError) -> Int {
    if coding == .plain {
      let wanted = min(output.count, end - position)
      var part = output._mutatingExtracting(first: wanted)
      let got = try file.read(into: &part, at: position)
      guard got == wanted else { throw shrunk() }
      position += got
      return got
    }
    var done = 0
    while done < output.count, !finished {
      if unread.isEmpty { try fill() }
      var room = output._mutatingExtracting(done..<output.count)
      let progress = try inflater!.inflate(
        buffer.span.extracting(unread), into: &room, of: path)
      done += progress.produced
      unread = unread.lowerBound + progress.consumed..<unread.upperBound
      if progress.ended { try beginNextMember() }
    }
    return done
  }

  /// Reads the next piece of the file; a compressed stream that is not over needs one.
  private func fill() throws(InputError) {
    guard position < end else {
      throw InputError(
        .truncated,
        "\(path) is truncated: its compressed data end after \(end) bytes without an end mark")
    }
    let wanted = min(buffer.count, end - position)
    var room = UnsafeMutableBufferPointer(rebasing: buffer[..<wanted]).mutableSpan
    let got = try file.read(into: &room, at: position)
    guard got == wanted else { throw shrunk() }
    position += got
    unread = 0..<got
  }

  /// After the end of a stream: goes on with another gzip member, or finishes.
  private func beginNextMember() throws(InputError) {
    var padded = false
    while true {
      if unread.isEmpty {
        guard position < end else {
          finished = true
          return
        }
        try fill()
      }
      let next = buffer[unread.lowerBound]
      if coding == .gzip, next == 0x1f, !padded {
        inflater!.reset()
        return
      }
      // Archives on tape are padded with zeros, which gzip itself ignores.
      guard coding == .gzip, next == 0 else {
        throw InputError(.corrupt, "\(path) has foreign bytes after its compressed data")
      }
      padded = true
      unread = unread.lowerBound + 1..<unread.upperBound
    }
  }

  private func shrunk() -> InputError {
    InputError(
      .truncated, "\(path) became shorter while it was read: \(file.size) bytes when opened")
  }
}
