/// The largest element; −∞ where there is none. NaN is passed over.
public func maximum(_ x: Span<Float>) -> Float {
  x.withUnsafeBufferPointer { x in
    let n = x.count
    guard let base = x.baseAddress else { return -.infinity }
    var i = 0
    var largest = -Float.infinity
    if n >= Lanes.count {
      var lanes = SIMD16<Float>(repeating: -.infinity)
      while i <= n &- Lanes.count {
        for lane in 0..<Lanes.count {
          let value = base[i &+ lane]
          lanes[lane] = value > lanes[lane] ? value : lanes[lane]
        }
        i &+= Lanes.count
      }
      for lane in 0..<Lanes.count { largest = lanes[lane] > largest ? lanes[lane] : largest }
    }
    while i < n {
      largest = base[i] > largest ? base[i] : largest
      i &+= 1
    }
    return largest
  }
}
