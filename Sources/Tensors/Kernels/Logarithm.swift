/// The natural logarithm in straight-line arithmetic, which loops vectorize; within 2 ulp.
///
///     x = 2ᵉ · (1 + f),  √½ ≤ 1 + f < √2
///     ln x = e · ln 2 + f − f²/2 + f³ · P(f)
///
/// `+∞` gives `+∞`, ±0 gives `−∞`, negative numbers and NaN give NaN; subnormal numbers are right.
/// Its bits depend neither on a library nor on vectorization.
///
/// P: Moshier, Cephes Mathematical Library, `logf.c`, 1992.
@inlinable
@inline(__always)
public func logarithm(_ x: Float) -> Float {
  let tiny = x < Float.leastNormalMagnitude
  let scaled = tiny ? x * 0x1p24 : x
  // Counting the bits from √½ makes the exponent the one of the nearest power of two.
  let origin: UInt32 = 0x3F35_04F3
  let bits = scaled.bitPattern &- origin
  let exponent = Int32(bitPattern: bits) &>> 23
  let f = Float(bitPattern: (bits & 0x007F_FFFF) &+ origin) - 1
  let e = Float(exponent) - (tiny ? 24 : 0)
  var p: Float = 7.0376836292e-2
  p = -1.1514610310e-1 + p * f
  p = 1.1676998740e-1 + p * f
  p = -1.2420140846e-1 + p * f
  p = 1.4249322787e-1 + p * f
  p = -1.6668057665e-1 + p * f
  p = 2.0000714765e-1 + p * f
  p = -2.4999993993e-1 + p * f
  p = 3.3333331174e-1 + p * f
  let square = f * f
  // ln 2 in two parts, the first of so few bits that its product with e is exact.
  let small = f * square * p + e * -2.12194440e-4 - 0.5 * square
  let result = f + small + e * 0.693359375
  if x > 0 { return x < .infinity ? result : x }
  return x == 0 ? -.infinity : .nan
}
