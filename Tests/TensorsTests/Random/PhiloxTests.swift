import Testing

@testable import Tensors

struct PhiloxTests {
  /// `kat_vectors` of Random123 1.14, the lines of philox4x32 with 10 rounds.
  @Test(arguments: [
    (
      SIMD4<UInt32>(repeating: 0), RandomKey(low: 0, high: 0),
      SIMD4<UInt32>(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8)
    ),
    (
      SIMD4<UInt32>(repeating: .max), RandomKey(low: .max, high: .max),
      SIMD4<UInt32>(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd)
    ),
    (
      SIMD4<UInt32>(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344),
      RandomKey(low: 0xa409_3822, high: 0x299f_31d0),
      SIMD4<UInt32>(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1)
    ),
  ])
  func publishedVectors(counter: SIMD4<UInt32>, key: RandomKey, expected: SIMD4<UInt32>) {
    #expect(Philox.block(counter, key: key) == expected)
  }

  /// The vectorized form agrees with the plain one, across the carry into the second word too.
  @Test(arguments: [0, 5, 0xFFFF_FFFA, 0x1234_5678_9ABC] as [UInt64])
  func manyBlocksAreSingleBlocks(first: UInt64) {
    let key = RandomKey(low: 0xa409_3822, high: 0xFFFF_FFFF)
    var words = [UInt32](repeating: 0, count: 4 * 24)
    words.withUnsafeMutableBufferPointer { words in
      guard let base = words.baseAddress else { return }
      Philox.blocks(from: first, count: 24, key: key, into: base)
    }
    for number in 0..<24 {
      let block = first + UInt64(number)
      let counter = SIMD4(
        UInt32(truncatingIfNeeded: block), UInt32(truncatingIfNeeded: block >> 32), 0, 0)
      let expected = Philox.block(counter, key: key)
      for word in 0..<4 { #expect(words[4 * number + word] == expected[word]) }
    }
  }
}
