/// ln(1 + x) for x ≥ 0 in straight-line arithmetic, which loops vectorize; small x keep their digits.
///
/// Dividing by the rounded x, not the true one, undoes what rounding the sum took away (Kahan).
@inlinable
@inline(__always)
public func logOnePlus(_ x: Float) -> Float {
  let sum = 1 + x
  return sum == 1 ? x : logarithm(sum) * (x / (sum - 1))
}

/// ln(1 + eˣ), the softplus, without overflow; small results keep their digits.
@inlinable
@inline(__always)
public func softplus(_ x: Float) -> Float {
  (x > 0 ? x : 0) + logOnePlus(exponential(-abs(x)))
}
