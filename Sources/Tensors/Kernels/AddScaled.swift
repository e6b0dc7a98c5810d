/// Adds a multiple element by element: y ← y + `factor` · x ("axpy"), rounded twice.
///
/// - Precondition: both have the same count.
public func addScaled(_ x: Span<Float>, times factor: Float, to y: inout MutableSpan<Float>) {
  let n = y.count
  precondition(x.count == n, "\(x.count) elements added to \(n)")
  for i in 0..<n { y[i] += factor * x[i] }
}
