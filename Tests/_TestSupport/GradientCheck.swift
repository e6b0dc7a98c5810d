/// Compares a gradient with central differences of the function it claims to be the gradient of.
///
///     f′(x) ≈ (8 (f(x + h) − f(x − h)) − (f(x + 2h) − f(x − 2h))) / 12h,  an error of order h⁴
///
/// `value` may work in single precision inside: the tolerance allows for `noise` · |f| / h beside
/// `relative` · |f′|. Keep `point` at least 2h away from kinks. The answer is a list of at most five
/// lines, empty where all is well.
public func gradientMismatches(
  _ gradient: [Float], at point: [Float], step h: Float = 0x1p-6, relative: Double = 1e-4,
  noise: Double = 0x1p-22, of value: ([Float]) -> Double
) -> [String] {
  guard gradient.count == point.count else {
    return ["\(gradient.count) derivatives at a point of \(point.count) coordinates"]
  }
  var lines = [String]()
  var moved = point
  for place in point.indices {
    // What was really moved by, after rounding; exactly h where the coordinate has bits to spare.
    func difference(_ distance: Float) -> (change: Double, run: Double, size: Double) {
      let (above, below) = (point[place] + distance, point[place] - distance)
      moved[place] = above
      let high = value(moved)
      moved[place] = below
      let low = value(moved)
      moved[place] = point[place]
      return (high - low, Double(above) - Double(below), max(abs(high), abs(low)))
    }
    let (near, far) = (difference(h), difference(2 * h))
    let slope = (4 * near.change / near.run - far.change / far.run) / 3
    let tolerance = relative * abs(slope) + noise * max(near.size, far.size, 1) / Double(h)
    let error = abs(Double(gradient[place]) - slope)
    if error <= tolerance { continue }
    lines.append("[\(place)] \(gradient[place]) where differences say \(slope) ± \(tolerance)")
    if lines.count == 5 { break }
  }
  return lines
}
