/// A random order of `count` things, computed position by position: no array of them is ever kept.
///
///     let order = KeyedPermutation(count: samples, key: key.derive(epoch))
///     let sample = order(position)
///
/// A Feistel network permutes the numbers of b bits, 2ᵇ being the next power of two, at least 256:
/// with fewer bits eight rounds would visibly favour some orders of a handful of things.
/// Its two parts, left and right, are altered in turn by a keyed function of the other:
///
///     left ← left ⊕ F(right, kᵢ)        right ← right ⊕ F(left, kᵢ₊₁)
///
/// Every round undoes itself, so the whole is a bijection whatever F is. A result that is not below
/// `count` is permuted again until it is ("cycle walking", on average less than once), which leaves a
/// bijection of 0 ..< `count`.
///
/// Luby and Rackoff, "How to Construct Pseudorandom Permutations from Pseudorandom Functions", SIAM
/// J. Comput. 1988; Black and Rogaway, "Ciphers with Arbitrary Finite Domains", CT-RSA 2002.
public struct KeyedPermutation: Sendable {
  /// The number of things in order.
  public let count: Int

  private static let pairs = 4
  private let leftBits: UInt64
  private let rightBits: UInt64
  private let leftMask: UInt64
  private let rightMask: UInt64
  private let leftKeys: SIMD4<UInt64>
  private let rightKeys: SIMD4<UInt64>

  /// The order of `count` things that belongs to `key`.
  ///
  /// - Precondition: `count` is not negative.
  public init(count: Int, key: RandomKey) {
    precondition(count >= 0, "an order of \(count) things")
    self.count = count
    let bits = UInt64(max(8, Int.bitWidth - max(count - 1, 0).leadingZeroBitCount))
    leftBits = bits / 2
    rightBits = bits - leftBits
    leftMask = (1 << leftBits) - 1
    rightMask = (1 << rightBits) - 1
    var (left, right) = (SIMD4<UInt64>.zero, SIMD4<UInt64>.zero)
    for pair in 0..<KeyedPermutation.pairs {
      let words = Philox.block(SIMD4(UInt32(pair), 0, 0, 0), key: key)
      left[pair] = UInt64(words[1]) << 32 | UInt64(words[0])
      right[pair] = UInt64(words[3]) << 32 | UInt64(words[2])
    }
    leftKeys = left
    rightKeys = right
  }

  /// What stands at `position`.
  ///
  /// - Precondition: 0 ≤ `position` < ``count``.
  public func callAsFunction(_ position: Int) -> Int {
    precondition(position >= 0 && position < count, "position \(position) of \(count)")
    var number = UInt64(position)
    repeat { number = permute(number) } while number >= UInt64(count)
    return Int(number)
  }

  private func permute(_ number: UInt64) -> UInt64 {
    var left = number >> rightBits
    var right = number & rightMask
    for i in 0..<KeyedPermutation.pairs {
      left ^= KeyedPermutation.mix(right &+ leftKeys[i]) & leftMask
      right ^= KeyedPermutation.mix(left &+ rightKeys[i]) & rightMask
    }
    return left << rightBits | right
  }

  /// Folds a product of 128 bits, so that every bit of the sum reaches the low bits.
  @inline(__always)
  private static func mix(_ sum: UInt64) -> UInt64 {
    let product = sum.multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
    return product.high ^ product.low
  }
}
