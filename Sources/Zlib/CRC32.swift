import CZlib

/// The checksum of gzip and ZIP: the cyclic redundancy check with the polynomial 0xEDB88320.
public struct CRC32: Sendable {
  /// The checksum of all bytes so far; 0 of none.
  public private(set) var value: UInt32 = 0

  /// The checksum of no bytes.
  public init() {}

  /// Takes in more bytes.
  public mutating func update(_ bytes: Span<UInt8>) {
    let old = UInt(value)
    value = bytes.withUnsafeBufferPointer { buffer in
      UInt32(truncatingIfNeeded: crc32_z(old, buffer.baseAddress, buffer.count))
    }
  }
}
