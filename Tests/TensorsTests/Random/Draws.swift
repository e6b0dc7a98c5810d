import Tensors

/// The draws of `fill` into `count` elements, as an array.
func draws(_ count: Int, _ fill: (inout MutableSpan<Float>) -> Void) -> [Float] {
  let storage = FloatStorage(count: count)
  var values = storage.mutableSpan
  fill(&values)
  return storage.array
}

/// The mean and the standard deviation of `values`.
func moments(_ values: [Float]) -> (mean: Double, deviation: Double) {
  let n = Double(values.count)
  let mean = values.reduce(0) { $0 + Double($1) } / n
  let variance = values.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / n
  return (mean, variance.squareRoot())
}

/// Whether every part of a stream, filled by itself, holds what the whole holds there.
func partsAgree(_ fill: (inout MutableSpan<Float>, Int) -> Void) -> Bool {
  let whole = draws(2000) { fill(&$0, 0) }
  for (start, count) in [(0, 1), (1, 3), (3, 700), (511, 2), (777, 1223), (1999, 1), (5, 0)] {
    guard draws(count, { fill(&$0, start) }) == Array(whole[start..<start + count]) else {
      return false
    }
  }
  return true
}
