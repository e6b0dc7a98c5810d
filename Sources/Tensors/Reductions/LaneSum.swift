/// The sum of a row in single precision: in order below 16 elements, else in lanes and a fixed tree.
///
/// For rows such as a softmax's, a few to some thousand positive numbers; ``sum(_:)`` is for figures.
public func laneSum(_ x: Span<Float>) -> Float {
  x.withUnsafeBufferPointer { x in
    let n = x.count
    guard let base = x.baseAddress else { return 0 }
    if n < Lanes.count {
      var total: Float = 0
      for i in 0..<n { total += base[i] }
      return total
    }
    var lanes = SIMD16<Float>.zero
    accumulate(base, n, &lanes)
    return Lanes.total(lanes)
  }
}

/// Σⱼ exp(xⱼ − `shift`), bit for bit what ``laneSum(_:)`` makes of the stored exponentials.
public func laneSumOfExponentials(_ x: Span<Float>, minus shift: Float) -> Float {
  x.withUnsafeBufferPointer { x in
    let n = x.count
    guard let base = x.baseAddress else { return 0 }
    if n < Lanes.count {
      var total: Float = 0
      for i in 0..<n { total += exponential(base[i] - shift) }
      return total
    }
    var lanes = SIMD16<Float>.zero
    // The exponentials pass through a piece of the stack, in a loop of their own that vectorizes.
    let piece = 128
    withUnsafeTemporaryAllocation(of: Float.self, capacity: piece) { terms in
      guard let terms = terms.baseAddress else { return }
      for first in stride(from: 0, to: n, by: piece) {
        let count = min(piece, n - first)
        for i in 0..<count { terms[i] = exponential(base[first &+ i] - shift) }
        accumulate(terms, count, &lanes)
      }
    }
    return Lanes.total(lanes)
  }
}

/// Adds element i to lane i mod 16.
@inline(__always)
private func accumulate(_ base: UnsafePointer<Float>, _ n: Int, _ lanes: inout SIMD16<Float>) {
  let raw = UnsafeRawPointer(base)
  var i = 0
  while i <= n &- Lanes.count {
    lanes += raw.loadUnaligned(fromByteOffset: 4 &* i, as: SIMD16<Float>.self)
    i &+= Lanes.count
  }
  for lane in 0..<n - i { lanes[lane] += base[i + lane] }
}
