/// The gradient of the objective with its penalties, where something is to be done to it before the
/// optimizer, which forms it by itself otherwise.
///
///     g = c G + 2 λ₂ w + λ₁ sign(w)
///
/// G is `sum`, c `scale`, w `weights`.
public func formTrueGradient(
  of sum: Span<Float>, weights: Span<Float>, scale: Float, l1: Float, l2: Float,
  into gradient: inout MutableSpan<Float>
) {
  let n = gradient.count
  precondition(sum.count == n && weights.count == n)
  let l2 = 2 * l2
  for i in 0..<n {
    let w = weights[i]
    let sign: Float = w > 0 ? 1 : w < 0 ? -1 : 0
    gradient[i] = scale * sum[i] + l2 * w + l1 * sign
  }
}
