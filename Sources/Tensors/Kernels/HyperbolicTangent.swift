/// tanh x in straight-line arithmetic, which loops vectorize; within 4 ulp.
///
///     |x| < 0.625:  x + x³ · P(x²)        else:  ±(1 − 2 / (e²ˡˣˡ + 1))
///
/// Small arguments have a polynomial of their own, since 1 − 2 / (e²ˣ + 1) cancels there. `±∞` gives ±1,
/// NaN gives NaN. P: Moshier, Cephes Mathematical Library, `tanhf.c`, 1992.
@inlinable
@inline(__always)
public func hyperbolicTangent(_ x: Float) -> Float {
  let size = Swift.abs(x)
  let far = 1 - 2 / (exponential(2 * size) + 1)
  let z = x * x
  var p: Float = -5.70498872745e-3
  p = 2.06390887954e-2 + p * z
  p = -5.37397155531e-2 + p * z
  p = 1.33314422036e-1 + p * z
  p = -3.33332819422e-1 + p * z
  let near = x + x * z * p
  let signed = x < 0 ? -far : far
  return size < 0.625 ? near : signed
}
