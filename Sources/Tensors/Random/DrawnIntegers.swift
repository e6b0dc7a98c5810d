/// `count` whole numbers drawn evenly from 0..<`bound`.
///
/// Draw i is a function of `key` and i alone: the upper half of the product of `bound` and 64 random
/// bits. A number is more probable than another by less than `bound` / 2⁶⁴.
///
/// - Precondition: `bound` is positive.
public func drawnIntegers(below bound: Int, count: Int, key: RandomKey) -> [Int] {
  precondition(bound > 0, "numbers below \(bound)")
  return (0..<count).map { draw in
    let counter = SIMD4(
      UInt32(truncatingIfNeeded: draw), UInt32(truncatingIfNeeded: draw >> 32), 0, 0)
    let words = Philox.block(counter, key: key)
    let bits = UInt64(words[1]) << 32 | UInt64(words[0])
    return Int(bits.multipliedFullWidth(by: UInt64(bound)).high)
  }
}
