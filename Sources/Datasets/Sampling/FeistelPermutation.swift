import Tensors

/// A permutation of `0..<count` computed by position: nothing is stored, nothing is shuffled.
///
/// A balanced Feistel network over the next power of four, walked until it lands below `count`
/// (J. Black, P. Rogaway, "Ciphers with Arbitrary Finite Domains", CT-RSA 2002); four rounds whose
/// function is a 64-bit mixer.
struct FeistelPermutation: Sendable {
  /// The number of positions.
  let count: Int
  private let halfBits: UInt64
  private let mask: UInt64
  private let roundKeys: (UInt64, UInt64, UInt64, UInt64)

  /// The permutation of `count` positions that `key` chooses.
  init(count: Int, key: RandomKey) {
    precondition(count >= 0, "a permutation of \(count)")
    self.count = count
    var bits: UInt64 = 1
    while 1 << (2 * bits) < UInt64(max(count, 1)) { bits += 1 }
    halfBits = bits
    mask = 1 << bits - 1
    roundKeys = (
      key.mixed(with: 1).word, key.mixed(with: 2).word, key.mixed(with: 3).word,
      key.mixed(with: 4).word
    )
  }

  /// The element at `position`.
  func callAsFunction(_ position: Int) -> Int {
    precondition(position >= 0 && position < count, "position \(position) of \(count)")
    var value = UInt64(position)
    repeat {
      var (left, right) = (value >> halfBits, value & mask)
      (left, right) = (right, left ^ mix(right ^ roundKeys.0) & mask)
      (left, right) = (right, left ^ mix(right ^ roundKeys.1) & mask)
      (left, right) = (right, left ^ mix(right ^ roundKeys.2) & mask)
      (left, right) = (right, left ^ mix(right ^ roundKeys.3) & mask)
      value = left << halfBits | right
    } while value >= UInt64(count)
    return Int(value)
  }
}

extension RandomKey {
  /// Both words as one.
  var word: UInt64 { UInt64(high) << 32 | UInt64(low) }

  /// A key for the part of this stream that `value` names.
  func mixed(with value: UInt64) -> RandomKey {
    let word = mix(mix(word &+ 0x9e37_79b9_7f4a_7c15) ^ value)
    return RandomKey(
      low: UInt32(truncatingIfNeeded: word), high: UInt32(truncatingIfNeeded: word >> 32))
  }
}

/// The finalizer of SplitMix64 (G. Steele, D. Lea, C. Flood, "Fast Splittable Pseudorandom Number
/// Generators", OOPSLA 2014): a bijection in which every bit of the input reaches every output bit.
@inline(__always)
func mix(_ value: UInt64) -> UInt64 {
  var z = value &+ 0x9e37_79b9_7f4a_7c15
  z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
  z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
  return z ^ z >> 31
}
