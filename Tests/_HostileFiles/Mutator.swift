/// Damages inputs at random, each in a way that its number alone decides.
public struct Mutator {
  private var state: UInt64

  /// The damage of number `number`.
  public init(number: Int) { state = UInt64(bitPattern: Int64(number)) &* 0x9E37_79B9_7F4A_7C15 }

  /// One of `inputs`, damaged in one to four ways.
  public mutating func damaged(_ inputs: [[UInt8]]) -> [UInt8] {
    var bytes = inputs[below(inputs.count)]
    for _ in 0...below(4) { damage(&bytes, other: inputs[below(inputs.count)]) }
    return bytes
  }

  private mutating func damage(_ bytes: inout [UInt8], other: [UInt8]) {
    guard !bytes.isEmpty else {
      bytes = Array(other.prefix(below(other.count + 1)))
      return
    }
    // Headers stand in front: every second place is among the first 64 bytes.
    let place = below(2) == 0 ? below(min(64, bytes.count)) : below(bytes.count)
    let length = 1 + below(min(16, bytes.count - place))
    switch below(8) {
    case 0: bytes[place] ^= 1 << UInt8(below(8))
    case 1: bytes[place] = Mutator.edges[below(Mutator.edges.count)]
    case 2: for i in place..<place + length { bytes[i] = Mutator.edges[length & 3] }
    case 3: bytes.removeSubrange(place..<place + length)
    case 4: bytes.insert(contentsOf: bytes[place..<place + length], at: below(bytes.count + 1))
    case 5: bytes.removeSubrange(place...)
    case 6:
      bytes.replaceSubrange(
        place..<place + length, with: Mutator.texts[below(Mutator.texts.count)].utf8)
    default:
      let start = below(other.count + 1)
      bytes.replaceSubrange(place..., with: other[start...])
    }
  }

  private static let edges: [UInt8] = [0xff, 0, 0x7f, 0x80, 1, 0x22, 0x2d, 0x30, 0x0a, 0x2c, 0x7b]
  private static let texts = [
    "9223372036854775807", "-1", "0", "1e999", "nan", "4294967295", "{", "[[[[", "\"", "", "\u{e9}",
    "18446744073709551616", "0.5", "true", "null", "~", "\r\n", "99999999999999",
  ]

  /// A number from 0 to `bound` - 1: SplitMix64.
  private mutating func below(_ bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int(truncatingIfNeeded: (z ^ (z >> 31)) % UInt64(bound))
  }
}
