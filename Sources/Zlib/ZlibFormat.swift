/// The zlib format (RFC 1950) for bytes in memory: a deflate stream between two bytes of header and
/// an Adler-32 checksum, as PNG holds it.
public enum ZlibFormat {
  /// The bytes as one stream.
  ///
  /// - Parameter level: From 1, fast, to 9, small.
  public static func compress(_ bytes: Span<UInt8>, level: Int = 9) throws(InputError) -> [UInt8] {
    precondition((1...9).contains(level), "compression level \(level) is not in 1...9")
    return try Deflate.compress(bytes, level: level, windowBits: 15)
  }
}
