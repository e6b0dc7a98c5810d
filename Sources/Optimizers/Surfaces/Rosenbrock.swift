/// A bent valley whose floor falls hardly at all: easy to enter, hard to follow.
///
///     f(x, y) = (1 − x)² + 100 (y − x²)²
///
/// H. H. Rosenbrock, "An Automatic Method for Finding the Greatest or Least Value of a Function",
/// The Computer Journal 3, 1960; minimum 0 at (1, 1).
public struct Rosenbrock: Surface {
  /// Rosenbrock's function.
  public init() {}
  /// `rosenbrock`
  public let name = "rosenbrock"
  /// The formula.
  public let formula = "(1 − x)² + 100 (y − x²)²"
  /// Where Rosenbrock began.
  public let start: SIMD2<Double> = [-1.2, 1]
  /// The whole bend.
  public let across = -2.0...2.0
  /// The whole bend.
  public let upward = -1.0...3.0
  /// The only minimum.
  public let minima: [SIMD2<Double>] = [[1, 1]]
  /// As much as the walls allow.
  public let rate = 0.001
  /// A hundredth of the way.
  public let stride = 0.02

  /// (1 − x)² + 100 (y − x²)²
  public func value(at p: SIMD2<Double>) -> Double {
    let (a, b) = (1 - p.x, p.y - p.x * p.x)
    return a * a + 100 * b * b
  }

  /// (−2 (1 − x) − 400 x (y − x²), 200 (y − x²))
  public func gradient(at p: SIMD2<Double>) -> SIMD2<Double> {
    let b = p.y - p.x * p.x
    return [-2 * (1 - p.x) - 400 * p.x * b, 200 * b]
  }
}
