/// Σ (xᵢ − yᵢ)² in double precision: in order below 16 elements, else in lanes and a fixed tree.
///
/// - Precondition: both have the same count.
public func squaredDistance(_ x: Span<Float>, _ y: Span<Float>) -> Double {
  let n = x.count
  precondition(y.count == n, "the distance of \(n) and \(y.count) elements")
  return x.withUnsafeBufferPointer { x in
    y.withUnsafeBufferPointer { y in
      guard let x = x.baseAddress, let y = y.baseAddress else { return 0 }
      if n < Lanes.count {
        var total = 0.0
        for i in 0..<n { total += square(x[i], y[i]) }
        return total
      }
      var (low, high) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
      var i = 0
      while i <= n &- Lanes.count {
        for lane in 0..<8 { low[lane] += square(x[i &+ lane], y[i &+ lane]) }
        for lane in 0..<8 { high[lane] += square(x[i &+ 8 &+ lane], y[i &+ 8 &+ lane]) }
        i &+= Lanes.count
      }
      for lane in 0..<min(n - i, 8) { low[lane] += square(x[i + lane], y[i + lane]) }
      for lane in 0..<max(n - i - 8, 0) {
        high[lane] += square(x[i + 8 + lane], y[i + 8 + lane])
      }
      return Lanes.total(low, high)
    }
  }
}

@inline(__always)
private func square(_ x: Float, _ y: Float) -> Double {
  let difference = Double(x) - Double(y)
  return difference * difference
}
