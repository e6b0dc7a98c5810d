import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// p = σ(x), p being elsewhere: where a loop may write what it is to read it is not vectorized.
func activate(
  _ x: UnsafePointer<Float>, _ count: Int, into p: UnsafeMutablePointer<Float>
) {
  for i in 0..<count { p[i] = logistic(x[i]) }
}

/// x ← σ(x)
func activate(_ x: UnsafeMutablePointer<Float>, _ count: Int) {
  for i in 0..<count { x[i] = logistic(x[i]) }
}

/// 1 with probability p, else 0; `draws` are uniform in [0, 1).
func toss(
  _ p: UnsafePointer<Float>, _ draws: UnsafePointer<Float>, _ count: Int,
  into states: UnsafeMutablePointer<Float>
) {
  for i in 0..<count { states[i] = draws[i] < p[i] ? 1 : 0 }
}

/// p ← 1 with probability p, else 0.
func toss(_ p: UnsafeMutablePointer<Float>, _ draws: UnsafePointer<Float>, _ count: Int) {
  for i in 0..<count { p[i] = draws[i] < p[i] ? 1 : 0 }
}

/// The sums of the columns of `rows` rows.
func sumColumns(
  _ values: UnsafePointer<Float>, _ rows: Int, _ width: Int,
  into sums: UnsafeMutablePointer<Float>
) {
  sums.update(repeating: 0, count: width)
  for row in 0..<rows {
    let own = values + row * width
    for i in 0..<width { sums[i] += own[i] }
  }
}

/// The sum of ln(1 + eˣ) over a row; `room` holds as many numbers.
///
///     Σ ln(1 + eˣ) = Σ max(x, 0) + ln Π (1 + e^−|x|)
///
/// The factors lie between 1 and 2, so 64 of them are multiplied in single precision and eight of these
/// products in double before a logarithm is taken.
func softplusSum(
  _ x: UnsafePointer<Float>, _ count: Int, room: UnsafeMutablePointer<Float>
) -> Double {
  for i in 0..<count { room[i] = 1 + exponential(-abs(x[i])) }
  var (low, high) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
  var (i, total) = (0, 0.0)
  while i < count {
    var products = SIMD16<Float>(repeating: 1)
    let end = min(count, i &+ 64 &* 16)
    while i &+ 16 <= end {
      products *= UnsafeRawPointer(room + i).loadUnaligned(as: SIMD16<Float>.self)
      for lane in 0..<8 { low[lane] += Double(positive(x[i &+ lane])) }
      for lane in 0..<8 { high[lane] += Double(positive(x[i &+ 8 &+ lane])) }
      i &+= 16
    }
    while i < end {
      products[i % 16] *= room[i]
      low[0] += Double(positive(x[i]))
      i &+= 1
    }
    var factors = (1.0, 1.0)
    for lane in 0..<8 {
      factors.0 *= Double(products[lane])
      factors.1 *= Double(products[8 &+ lane])
    }
    total += log(factors.0) + log(factors.1)
  }
  let sums = low + high
  for lane in 0..<8 { total += sums[lane] }
  return total
}

@inline(__always)
private func positive(_ x: Float) -> Float { x > 0 ? x : 0 }

/// The sum of ln(1 + e^(x + change · w)) over a row.
func softplusSum(
  _ x: UnsafePointer<Float>, _ count: Int, plus change: Float, times w: UnsafePointer<Float>,
  rooms: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>)
) -> Double {
  for i in 0..<count { rooms.0[i] = x[i] + change * w[i] }
  return softplusSum(rooms.0, count, room: rooms.1)
}
