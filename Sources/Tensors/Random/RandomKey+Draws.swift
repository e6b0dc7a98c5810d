extension RandomKey {
  /// The four words of block `block` of the key's stream: its positions 4·block … 4·block + 3.
  ///
  /// For those who need a few numbers and not a row of them.
  public func words(block: UInt32 = 0) -> SIMD4<UInt32> {
    Philox.block(SIMD4(block, 0, 0, 0), key: self)
  }

  /// Four numbers drawn evenly from [0, 1): the first four that ``fillUniform`` draws by this key.
  public var uniforms: SIMD4<Float> {
    SIMD4<Float>(SIMD4<Int32>(truncatingIfNeeded: words() &>> 8)) * 0x1p-24
  }

  /// A number drawn evenly from 0 ..< `count`, from the first two words of the key's stream.
  ///
  /// - Precondition: `count` is positive.
  public func index(below count: Int) -> Int {
    precondition(count > 0, "one of \(count)")
    let words = words()
    let word = UInt64(words[0]) << 32 | UInt64(words[1])
    return Int(word.multipliedFullWidth(by: UInt64(count)).high)
  }
}
