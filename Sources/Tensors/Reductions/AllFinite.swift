/// Whether no element is infinite or NaN.
///
/// The exponent bits of those are all set, so the largest bit pattern without its sign tells; a
/// maximum of integers may be taken in any order and vectorizes.
public func allFinite(_ x: Span<Float>) -> Bool {
  var largest: UInt32 = 0
  for i in 0..<x.count { largest = max(largest, x[i].bitPattern & 0x7fff_ffff) }
  return largest < Float.infinity.bitPattern
}
