/// Rounds every number to the nearest bfloat16, ties to even; it stays a float.
///
///     bits ← (bits + 0x7fff + bit 16 of bits) with the lower 16 bits cleared
///
/// What is larger than the largest bfloat16 by half a unit of its last place or more becomes infinite;
/// NaN stays NaN.
public func roundToBFloat16(_ x: inout MutableSpan<Float>) {
  for i in 0..<x.count {
    let bits = x[i].bitPattern
    let rounded = (bits &+ 0x7fff &+ (bits >> 16 & 1)) & 0xffff_0000
    let isNaN = bits & 0x7fff_ffff > Float.infinity.bitPattern
    x[i] = Float(bitPattern: isNaN ? bits | 0x0040_0000 : rounded)
  }
}
