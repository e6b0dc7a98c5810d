/// Sets every element: x ← `value`.
public func fill(_ x: inout MutableSpan<Float>, with value: Float) {
  for i in 0..<x.count { x[i] = value }
}
