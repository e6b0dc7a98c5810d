/// Adds element by element: y ← y + x, the step of every tree of sums.
///
/// - Precondition: both have the same count.
public func add(_ x: Span<Float>, to y: inout MutableSpan<Float>) {
  let n = y.count
  precondition(x.count == n, "\(x.count) elements added to \(n)")
  for i in 0..<n { y[i] += x[i] }
}
