/// Σ xᵢ² in double precision: lanes within chunks of a fixed length, chunks in order.
///
/// A parameter's norm is taken over its plain layout; since the chunks are fixed, they may be
/// computed apart and added in the same order.
public func squaredNorm(_ x: Span<Float>) -> Double {
  var total = 0.0
  for first in stride(from: 0, to: x.count, by: squaredNormChunk) {
    total += squaredNormOfChunk(x.extracting(first..<min(first + squaredNormChunk, x.count)))
  }
  return total
}

/// The length of the chunks of ``squaredNorm(_:)``.
public let squaredNormChunk = 4096

private func squaredNormOfChunk(_ x: Span<Float>) -> Double {
  x.withUnsafeBufferPointer { x in
    guard let base = x.baseAddress else { return 0 }
    let n = x.count
    var (low, high) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
    var i = 0
    while i <= n &- Lanes.count {
      for lane in 0..<8 { low[lane] += square(base[i &+ lane]) }
      for lane in 0..<8 { high[lane] += square(base[i &+ 8 &+ lane]) }
      i &+= Lanes.count
    }
    for lane in 0..<min(n - i, 8) { low[lane] += square(base[i + lane]) }
    for lane in 0..<max(n - i - 8, 0) { high[lane] += square(base[i + 8 + lane]) }
    return Lanes.total(low, high)
  }
}

/// Exact: the product of two numbers of 24 bits fits the 53 of a `Double`.
@inline(__always)
private func square(_ x: Float) -> Double { Double(x) * Double(x) }
