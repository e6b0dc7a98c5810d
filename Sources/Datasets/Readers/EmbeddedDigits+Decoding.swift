extension EmbeddedDigits {
  /// The gzip member that ``base64`` spells (RFC 4648, section 4).
  static var compressed: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(base64.utf8CodeUnitCount / 4 * 3)
    base64.withUTF8Buffer { text in
      var (bits, count): (UInt32, UInt32) = (0, 0)
      for character in text {
        guard let value = value(character) else { break }
        bits = bits << 6 | value
        count += 6
        if count >= 8 {
          count -= 8
          bytes.append(UInt8(truncatingIfNeeded: bits >> count))
        }
      }
    }
    return bytes
  }

  private static func value(_ character: UInt8) -> UInt32? {
    switch character {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character - UInt8(ascii: "A"))
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - UInt8(ascii: "a")) + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character - UInt8(ascii: "0")) + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
