/// The gzip format (RFC 1952) for bytes in memory.
public enum Gzip {
  /// The bytes as one gzip member.
  ///
  /// - Parameter level: From 1, fast, to 9, small.
  public static func compress(_ bytes: Span<UInt8>, level: Int = 6) throws(InputError) -> [UInt8] {
    precondition((1...9).contains(level), "compression level \(level) is not in 1...9")
    return try Deflate.compress(bytes, level: level, windowBits: 15 + 16)
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
