/// A number that tells whether two ranks hold the same bits: any change of one element changes it,
/// any other one but for a chance of about 2⁻⁶⁴. No defence against those who forge.
///
/// Element i goes to lane i mod 8 of a chain h ← rotate(h ⊕ x, 13) · p of 32-bit numbers, each step of
/// which can be undone; the lanes end in one chain of 64 bits.
public func bitDigest(_ values: Span<Float>) -> UInt64 {
  values.withUnsafeBufferPointer { values in
    var lanes = SIMD8<UInt32>(1, 2, 3, 4, 5, 6, 7, 8)
    let whole = values.count / 8 * 8
    for start in stride(from: 0, to: whole, by: 8) {
      var bits = SIMD8<UInt32>.zero
      for i in 0..<8 { bits[i] = values[start + i].bitPattern }
      let mixed = lanes ^ bits
      lanes = ((mixed &<< 13) | (mixed &>> 19)) &* 0x9E37_79B1
    }
    var digest = UInt64(values.count)
    for i in 0..<8 { chain(&digest, UInt64(lanes[i])) }
    for i in whole..<values.count { chain(&digest, UInt64(values[i].bitPattern)) }
    return digest
  }
}

/// One digest of several, in their order.
public func bitDigest(_ digests: [UInt64]) -> UInt64 {
  var digest = UInt64(digests.count)
  for part in digests { chain(&digest, part) }
  return digest
}

private func chain(_ digest: inout UInt64, _ next: UInt64) {
  let mixed = digest ^ next
  digest = ((mixed << 29) | (mixed >> 35)) &* 0x9E37_79B9_7F4A_7C15
}
