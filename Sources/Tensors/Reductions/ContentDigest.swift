/// A number by which two pieces of data are compared, at the speed of memory: any change of 4 bytes changes
/// it, any other change but for a chance of about 2⁻³². No defence against those who forge.
///
/// The bytes are taken as little-endian 32-bit words. Word i goes to lane i mod 32 of a chain
/// h ← rotate(h ⊕ x, 13) · p, each step of which can be undone; lanes, the last bytes and the length end in one
/// chain of 64 bits.
public func contentDigest(_ bytes: RawSpan) -> UInt64 {
  bytes.withUnsafeBytes { bytes in
    let count = bytes.count
    let step = 4 * MemoryLayout<SIMD8<UInt32>>.size
    let whole = count / step * step
    var a = SIMD8<UInt32>(1, 2, 3, 4, 5, 6, 7, 8)
    var (b, c, d) = (a &+ 8, a &+ 16, a &+ 24)
    var at = 0
    while at < whole {
      a = mixed(a, bytes.loadUnaligned(fromByteOffset: at, as: SIMD8<UInt32>.self))
      b = mixed(b, bytes.loadUnaligned(fromByteOffset: at &+ 32, as: SIMD8<UInt32>.self))
      c = mixed(c, bytes.loadUnaligned(fromByteOffset: at &+ 64, as: SIMD8<UInt32>.self))
      d = mixed(d, bytes.loadUnaligned(fromByteOffset: at &+ 96, as: SIMD8<UInt32>.self))
      at &+= step
    }
    var parts = [UInt64(count)]
    for lanes in [a, b, c, d] {
      for i in 0..<8 { parts.append(UInt64(lanes[i])) }
    }
    for byte in bytes[whole...] { parts.append(UInt64(byte)) }
    return bitDigest(parts)
  }
}

@inline(__always)
private func mixed(_ lanes: SIMD8<UInt32>, _ words: SIMD8<UInt32>) -> SIMD8<UInt32> {
  let x = lanes ^ words
  return ((x &<< 13) | (x &>> 19)) &* 0x9E37_79B1
}
