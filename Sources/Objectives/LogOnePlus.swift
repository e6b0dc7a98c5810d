import Tensors

/// ln(1 + x) for x ≥ 0 in straight-line arithmetic, which loops vectorize; small x keep their digits.
///
/// Dividing by the rounded x, not the true one, undoes what rounding the sum took away (Kahan).
@inline(__always)
func logOnePlus(_ x: Float) -> Float {
  let sum = 1 + x
  return sum == 1 ? x : logarithm(sum) * (x / (sum - 1))
}
