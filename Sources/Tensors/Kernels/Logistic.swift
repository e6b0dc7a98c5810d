/// σ(x) = 1 / (1 + e⁻ˣ) in straight-line arithmetic, which loops vectorize; within 4 ulp where it is at
/// least the smallest normal number, and there or 0 below.
///
/// `+∞` gives 1, `−∞` gives 0, NaN gives NaN.
@inlinable
@inline(__always)
public func logistic(_ x: Float) -> Float {
  // Beyond these bounds the result is 0 or 1, and between them e⁻ˣ has a scale of one factor; NaN passes.
  let low: Float = -87
  let high: Float = 89
  let above = -x < low ? low : -x
  let (n, excess) = reducedExponential(above > high ? high : above)
  return 1 / (1 + (1 + excess) * powerOfTwo(n))
}
