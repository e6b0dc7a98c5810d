/// eˣ in straight-line arithmetic, which loops vectorize; within 2 ulp.
///
/// `+∞` gives `+∞`, `−∞` gives 0, NaN gives NaN; results too large are `+∞`, results below the
/// smallest normal number are subnormal, then 0. Its bits depend neither on a library nor on
/// vectorization.
@inlinable
@inline(__always)
public func exponential(_ x: Float) -> Float {
  // Beyond these bounds the result is 0 or infinite anyway; NaN passes both comparisons.
  let low: Float = -105
  let high: Float = 90
  let above = x < low ? low : x
  let (n, excess) = reducedExponential(above > high ? high : above)
  // 2ⁿ in two factors, since n reaches from −151 to 130.
  let half = n &>> 1
  return (excess + 1) * powerOfTwo(half) * powerOfTwo(n &- half)
}

/// n and eʳ − 1 of eˣ = 2ⁿ · eʳ with |r| ≤ ½ ln 2, for |x| below 2²² ln 2:
///
///     n = ⌊x / ln 2 + ½⌋,  r = x − n · ln 2        eʳ − 1 = r + r² · P(r)
///
/// NaN gives NaN. P: Moshier, Cephes Mathematical Library, `expf.c`, 1992.
@inlinable
@inline(__always)
func reducedExponential(_ x: Float) -> (n: Int32, excess: Float) {
  // Adding 1.5 · 2²³ rounds to the nearest integer, which is then found in the low bits of the sum.
  let rounder: Float = 0x1.8p23
  let sum = x * 1.44269504 + rounder
  let n = Int32(bitPattern: sum.bitPattern &- rounder.bitPattern)
  let k = sum - rounder
  // ln 2 in two parts, the first of so few bits that its product with n is exact.
  let r = (x - k * 0.693359375) - k * -2.12194440e-4
  var p: Float = 1.9875691500e-4
  p = 1.3981999507e-3 + p * r
  p = 8.3334519073e-3 + p * r
  p = 4.1665795894e-2 + p * r
  p = 1.6666665459e-1 + p * r
  p = 5.0000001201e-1 + p * r
  return (n, p * (r * r) + r)
}

/// 2ⁿ for n from −126 to 127, and +∞ for 128.
@inlinable
@inline(__always)
func powerOfTwo(_ n: Int32) -> Float {
  Float(bitPattern: UInt32(bitPattern: (n &+ 127) &<< 23))
}

/// Replaces each element by its exponential: x ← eˣ, by ``exponential(_:)``.
public func vectorExp(_ x: inout MutableSpan<Float>) {
  for i in 0..<x.count { x[i] = exponential(x[i]) }
}
