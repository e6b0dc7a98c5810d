/// tanh x in straight-line arithmetic, which loops vectorize; within 4 ulp.
///
///     e²ˣ = 2ⁿ · (1 + q):        tanh x = (e²ˣ − 1) / (e²ˣ + 1) = (2ⁿ q + (2ⁿ − 1)) / (2ⁿ q + (2ⁿ + 1))
///
/// q is exact to the last bits where it is small, and so is 2ⁿ − 1 for small n, so that nothing is lost near 0.
/// `±∞` gives ±1, NaN gives NaN.
@inlinable
@inline(__always)
public func hyperbolicTangent(_ x: Float) -> Float {
  // From here on the result is ±1; NaN passes both comparisons.
  let limit: Float = 20
  let twice = x + x
  let above = twice < -limit ? -limit : twice
  let (n, q) = reducedExponential(above > limit ? limit : above)
  let scale = powerOfTwo(n)
  let product = scale * q
  return (product + (scale - 1)) / (product + (scale + 1))
}
