/// The quantile of the standard normal distribution below its median, in single precision.
///
///     w = −ln(4 p (1 − p))        z = −√2 · (1 − 2p) · P(w)
///
/// P is one of two polynomials of degree 8, for the middle (w < 5, in w − 2.5) and for the tails
/// (in √w − 3). The error is below 2·10⁻⁶ of z for p > 3·10⁻⁸ and grows to 4·10⁻⁴ at p = 2⁻³³, where
/// hardly a draw lands.
///
/// One word gives one number by straight-line arithmetic of our own, logarithm included, so the
/// result depends neither on a library nor on whether a loop was vectorized, and truncation at any
/// quantile costs nothing.
///
/// Giles, "Approximating the erfinv function", GPU Computing Gems, 2011, single-precision version.
///
/// - Precondition: 0 < `p` ≤ ½.
@inline(__always)
func lowerNormalQuantile(_ p: Float) -> Float {
  let w = -logarithm(4 * p * (1 - p))
  let a = w - 2.5
  var middle: Float = 2.81022636e-08
  middle = 3.43273939e-07 + middle * a
  middle = -3.5233877e-06 + middle * a
  middle = -4.39150654e-06 + middle * a
  middle = 0.00021858087 + middle * a
  middle = -0.00125372503 + middle * a
  middle = -0.00417768164 + middle * a
  middle = 0.246640727 + middle * a
  middle = 1.50140941 + middle * a
  let b = (w < 5 ? 5 : w).squareRoot() - 3
  var tail: Float = -0.000200214257
  tail = 0.000100950558 + tail * b
  tail = 0.00134934322 + tail * b
  tail = -0.00367342844 + tail * b
  tail = 0.00573950773 + tail * b
  tail = -0.0076224613 + tail * b
  tail = 0.00943887047 + tail * b
  tail = 1.00167406 + tail * b
  tail = 2.83297682 + tail * b
  return -1.41421356 * (1 - 2 * p) * (w < 5 ? middle : tail)
}
