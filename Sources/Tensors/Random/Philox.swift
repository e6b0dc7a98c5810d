/// Philox 4×32-10: a random function from a counter of four words and a key of two to four words.
///
/// One round multiplies two words by fixed odd numbers and mixes the halves of the products:
///
///     (h₀, l₀) ← M₀ · x₀        (h₁, l₁) ← M₁ · x₂
///     x ← (h₁ ⊕ x₁ ⊕ k₀,  l₁,  h₀ ⊕ x₃ ⊕ k₁,  l₀)
///     k ← (k₀ + W₀,  k₁ + W₁)
///
/// Ten rounds pass every test of BigCrush. There is no state: word `i` of a stream is word `i mod 4`
/// of the block whose counter is `i / 4`, so any rank can compute any part of it.
///
/// Salmon, Moraes, Dror and Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011,
/// https://doi.org/10.1145/2063384.2063405; known-answer vectors from their library Random123.
enum Philox {
  private static let multiplier0: UInt64 = 0xD251_1F53
  private static let multiplier1: UInt64 = 0xCD9E_8D57
  private static let weyl0: UInt32 = 0x9E37_79B9
  private static let weyl1: UInt32 = 0xBB67_AE85
  private static let rounds = 10

  /// One block: the four random words of `counter` under `key`.
  static func block(_ counter: SIMD4<UInt32>, key: RandomKey) -> SIMD4<UInt32> {
    var (x0, x1, x2, x3) = (counter[0], counter[1], counter[2], counter[3])
    var (k0, k1) = (key.low, key.high)
    for _ in 0..<rounds {
      let a = multiplier0 &* UInt64(x0)
      let b = multiplier1 &* UInt64(x2)
      x0 = UInt32(truncatingIfNeeded: b &>> 32) ^ x1 ^ k0
      x1 = UInt32(truncatingIfNeeded: b)
      x2 = UInt32(truncatingIfNeeded: a &>> 32) ^ x3 ^ k1
      x3 = UInt32(truncatingIfNeeded: a)
      k0 &+= weyl0
      k1 &+= weyl1
    }
    return SIMD4(x0, x1, x2, x3)
  }

  /// Writes the words of the blocks `firstBlock ..< firstBlock + count` to `words`, in order.
  ///
  /// The counter of a block is its number in words 0 and 1, and 0 in words 2 and 3.
  ///
  /// - Precondition: `words` has room for 4·`count` words and `count` is a multiple of 8.
  static func blocks(
    from firstBlock: UInt64, count: Int, key: RandomKey, into words: UnsafeMutablePointer<UInt32>
  ) {
    // Four blocks per vector: words 0 and 2 of each in the lanes of `even`, words 1 and 3 in those of
    // `odd`, each in the low half of a lane of 64 bits, so that one multiplication gives both halves
    // of a product. What lies in the high halves is rubbish, masked where it would count. Two such
    // vectors at a time hide the latency of the multiplications.
    let low = SIMD8<UInt64>(repeating: 0xFFFF_FFFF)
    let multipliers = repeating(multiplier0, multiplier1)
    let weyls = repeating(UInt64(weyl0), UInt64(weyl1))
    let keys = repeating(UInt64(key.low), UInt64(key.high))
    let raw = UnsafeMutableRawPointer(words)
    for group in 0..<count / 8 {
      let block = firstBlock &+ UInt64(8 &* group)
      var evenA = SIMD8(block, 0, block &+ 1, 0, block &+ 2, 0, block &+ 3, 0)
      var evenB = SIMD8(block &+ 4, 0, block &+ 5, 0, block &+ 6, 0, block &+ 7, 0)
      var oddA = evenA &>> 32
      var oddB = evenB &>> 32
      var k = keys
      for _ in 0..<rounds {
        let a = swappingPairs((evenA & low) &* multipliers)
        let b = swappingPairs((evenB & low) &* multipliers)
        evenA = (a &>> 32) ^ oddA ^ k
        evenB = (b &>> 32) ^ oddB ^ k
        oddA = a
        oddB = b
        k &+= weyls
      }
      let offset = 128 &* group
      raw.storeBytes(
        of: (evenA & low) | (oddA &<< 32), toByteOffset: offset, as: SIMD8<UInt64>.self)
      raw.storeBytes(
        of: (evenB & low) | (oddB &<< 32), toByteOffset: offset &+ 64, as: SIMD8<UInt64>.self)
    }
  }

  private static func repeating(_ a: UInt64, _ b: UInt64) -> SIMD8<UInt64> {
    SIMD8(a, b, a, b, a, b, a, b)
  }

  @inline(__always)
  private static func swappingPairs(_ x: SIMD8<UInt64>) -> SIMD8<UInt64> {
    SIMD8(x[1], x[0], x[3], x[2], x[5], x[4], x[7], x[6])
  }
}
