/// The sum of all elements in double precision: in order below 16 elements, else in sixteen lanes and
/// a fixed tree.
///
/// The order of the additions depends on the count alone.
public func sum(_ x: Span<Float>) -> Double {
  x.withUnsafeBufferPointer { x in
    guard let base = x.baseAddress else { return 0 }
    let n = x.count
    if n < Lanes.count {
      var total = 0.0
      for i in 0..<n { total += Double(base[i]) }
      return total
    }
    var (low, high) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
    var i = 0
    while i <= n &- Lanes.count {
      for lane in 0..<8 { low[lane] += Double(base[i &+ lane]) }
      for lane in 0..<8 { high[lane] += Double(base[i &+ 8 &+ lane]) }
      i &+= Lanes.count
    }
    for lane in 0..<min(n - i, 8) { low[lane] += Double(base[i + lane]) }
    for lane in 0..<max(n - i - 8, 0) { high[lane] += Double(base[i + 8 + lane]) }
    return Lanes.total(low, high)
  }
}
