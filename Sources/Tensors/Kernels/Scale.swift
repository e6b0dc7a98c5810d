/// Multiplies every element: x ← `factor` · x.
public func scale(_ x: inout MutableSpan<Float>, by factor: Float) {
  for i in 0..<x.count { x[i] *= factor }
}
