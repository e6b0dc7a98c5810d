import CZlib

/// The gzip format (RFC 1952) for bytes in memory.
public enum Gzip {
  /// The bytes as one gzip member.
  ///
  /// - Parameter level: From 1, fast, to 9, small.
  public static func compress(_ bytes: Span<UInt8>, level: Int = 6) throws(InputError) -> [UInt8] {
    precondition((1...9).contains(level), "compression level \(level) is not in 1...9")
    var stream = z_stream()
    guard nn_deflateInit2(&stream, CInt(level), 15 + 16) == Z_OK else {
      throw InputError(.outOfMemory, "zlib could not allocate a compressor")
    }
    defer { deflateEnd(&stream) }
    guard bytes.count <= Int(UInt32.max) else {
      throw InputError(.tooLarge, "\(bytes.count) bytes are more than one call compresses")
    }
    let bound = Int(deflateBound(&stream, UInt(bytes.count)))
    guard bound <= Int(UInt32.max) else {
      throw InputError(.tooLarge, "\(bytes.count) bytes are more than one call compresses")
    }
    var status = Z_OK
    let output = [UInt8](unsafeUninitializedCapacity: bound) { target, count in
      status = bytes.withUnsafeBufferPointer { source in
        stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
        stream.avail_in = UInt32(source.count)
        stream.next_out = target.baseAddress
        stream.avail_out = UInt32(bound)
        return deflate(&stream, Z_FINISH)
      }
      count = bound - Int(stream.avail_out)
    }
    guard status == Z_STREAM_END else {
      throw InputError(.outOfMemory, "zlib could not compress \(bytes.count) bytes")
    }
    return output
  }

  /// The content of gzip members in memory.
  ///
  /// - Parameter maximum: The largest content to accept; more is an error, found before it is
  ///   stored.
  public static func decompress(
    _ bytes: Span<UInt8>, maximum: Int
  ) throws(InputError) -> [UInt8] {
    try unpack(bytes, .gzip, maximum: maximum, name: "gzip data in memory")
  }

  /// The content of a bare deflate stream in memory, as ZIP archives hold it.
  ///
  /// - Parameter maximum: The largest content to accept.
  public static func inflate(_ bytes: Span<UInt8>, maximum: Int) throws(InputError) -> [UInt8] {
    try unpack(bytes, .none, maximum: maximum, name: "deflate data in memory")
  }

  private static func unpack(
    _ bytes: Span<UInt8>, _ wrapping: Inflater.Wrapping, maximum: Int, name: String
  ) throws(InputError) -> [UInt8] {
    precondition(maximum >= 0, "a content of \(maximum) bytes")
    var inflater = try Inflater(wrapping)
    var output: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    var position = 0
    while true {
      var room = piece.mutableSpan
      let progress = try inflater.inflate(
        bytes.extracting(position..<bytes.count), into: &room, of: name)
      position += progress.consumed
      guard output.count + progress.produced <= maximum else {
        throw InputError(.tooLarge, "\(name) unpack to more than \(maximum) bytes")
      }
      output.append(contentsOf: piece[..<progress.produced])
      if progress.ended {
        if position == bytes.count { return output }
        guard case .gzip = wrapping else {
          throw InputError(.corrupt, "\(name) are followed by foreign bytes")
        }
        inflater.reset()
      } else if progress.consumed == 0, progress.produced == 0 {
        throw InputError(.truncated, "\(name) are truncated")
      }
    }
  }
}
