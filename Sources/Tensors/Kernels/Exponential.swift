/// eˣ in straight-line arithmetic, which loops vectorize; within 2 ulp.
///
///     n = ⌊x / ln 2 + ½⌋,  r = x − n · ln 2        eˣ = 2ⁿ · (1 + r + r² · P(r))
///
/// `+∞` gives `+∞`, `−∞` gives 0, NaN gives NaN; results too large are `+∞`, results below the
/// smallest normal number are subnormal, then 0. Its bits depend neither on a library nor on
/// vectorization.
///
/// P: Moshier, Cephes Mathematical Library, `expf.c`, 1992.
@inlinable
@inline(__always)
public func exponential(_ x: Float) -> Float {
  // Beyond these bounds the result is 0 or infinite anyway; NaN passes both comparisons.
  let low: Float = -105
  let high: Float = 90
  let above = x < low ? low : x
  let bounded = above > high ? high : above
  // Adding 1.5 · 2²³ rounds to the nearest integer, which is then found in the low bits of the sum.
  let rounder: Float = 0x1.8p23
  let sum = bounded * 1.44269504 + rounder
  let n = Int32(bitPattern: sum.bitPattern &- rounder.bitPattern)
  let k = sum - rounder
  // ln 2 in two parts, the first of so few bits that its product with n is exact.
  let r = (bounded - k * 0.693359375) - k * -2.12194440e-4
  var p: Float = 1.9875691500e-4
  p = 1.3981999507e-3 + p * r
  p = 8.3334519073e-3 + p * r
  p = 4.1665795894e-2 + p * r
  p = 1.6666665459e-1 + p * r
  p = 5.0000001201e-1 + p * r
  let value = p * (r * r) + r + 1
  // 2ⁿ in two factors, since n reaches from −151 to 130.
  let half = n &>> 1
  let first = Float(bitPattern: UInt32(bitPattern: (half &+ 127) &<< 23))
  let second = Float(bitPattern: UInt32(bitPattern: (n &- half &+ 127) &<< 23))
  return value * first * second
}

/// Replaces each element by its exponential: x ← eˣ, by ``exponential(_:)``.
public func vectorExp(_ x: inout MutableSpan<Float>) {
  for i in 0..<x.count { x[i] = exponential(x[i]) }
}
