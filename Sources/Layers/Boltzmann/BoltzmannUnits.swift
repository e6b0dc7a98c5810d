import Tensors

/// p = σ(x)
func activate(
  _ x: UnsafePointer<Float>, _ count: Int, into p: UnsafeMutablePointer<Float>
) {
  for i in 0..<count { p[i] = logistic(x[i]) }
}

/// 1 with probability p, else 0; `draws` are uniform in [0, 1).
func toss(
  _ p: UnsafePointer<Float>, _ draws: UnsafePointer<Float>, _ count: Int,
  into states: UnsafeMutablePointer<Float>
) {
  for i in 0..<count { states[i] = draws[i] < p[i] ? 1 : 0 }
}

/// ln(1 + eˣ), without overflow.
@inline(__always)
func softplus(_ x: Float) -> Float {
  let positive = x > 0 ? x : 0
  return positive + logarithm(1 + exponential(-abs(x)))
}

/// The sum of ln(1 + eˣ) over a row; `room` holds as many numbers.
func softplusSum(
  _ x: UnsafePointer<Float>, _ count: Int, room: UnsafeMutablePointer<Float>
) -> Double {
  for i in 0..<count { room[i] = softplus(x[i]) }
  return sum(UnsafeBufferPointer(start: room, count: count).span)
}

/// The sum of ln(1 + e^(x + change · w)) over a row, w being a column `stride` apart.
func softplusSum(
  _ x: UnsafePointer<Float>, _ count: Int, plus change: Float, times w: UnsafePointer<Float>,
  stride: Int, room: UnsafeMutablePointer<Float>
) -> Double {
  for i in 0..<count { room[i] = x[i] + change * w[i * stride] }
  return softplusSum(room, count, room: room)
}
