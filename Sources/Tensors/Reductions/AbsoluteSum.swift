/// Σ |xᵢ| in double precision: in order below 16 elements, else in sixteen lanes and a fixed tree.
public func absoluteSum(_ x: Span<Float>) -> Double {
  x.withUnsafeBufferPointer { x in
    guard let base = x.baseAddress else { return 0 }
    let n = x.count
    if n < Lanes.count {
      var total = 0.0
      for i in 0..<n { total += Double(base[i].magnitude) }
      return total
    }
    var (low, high) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
    var i = 0
    while i <= n &- Lanes.count {
      for lane in 0..<8 { low[lane] += Double(base[i &+ lane].magnitude) }
      for lane in 0..<8 { high[lane] += Double(base[i &+ 8 &+ lane].magnitude) }
      i &+= Lanes.count
    }
    for lane in 0..<min(n - i, 8) { low[lane] += Double(base[i + lane].magnitude) }
    for lane in 0..<max(n - i - 8, 0) { high[lane] += Double(base[i + 8 + lane].magnitude) }
    return Lanes.total(low, high)
  }
}
