/// Plains with sharp ridges at the corners and one flat minimum.
///
///     f(x, y) = (1.5 − x + xy)² + (2.25 − x + xy²)² + (2.625 − x + xy³)²
///
/// E. Beale, "On an Iterative Method for Finding a Local Minimum of a Function of More Than One
/// Variable", 1958; minimum 0 at (3, ½).
public struct Beale: Surface {
  /// Beale's function.
  public init() {}
  /// `beale`
  public let name = "beale"
  /// The formula.
  public let formula = "(1.5 − x + xy)² + (2.25 − x + xy²)² + (2.625 − x + xy³)²"
  /// Beside a ridge, on the wrong side of a plain.
  public let start: SIMD2<Double> = [1, 1.5]
  /// The usual square.
  public let across = -1.0...4.5
  /// The usual square.
  public let upward = -2.0...2.0
  /// The only minimum.
  public let minima: [SIMD2<Double>] = [[3, 0.5]]
  /// As much as the ridge allows.
  public let rate = 0.005
  /// A hundredth of the way.
  public let stride = 0.05

  /// The sum of the three squares.
  public func value(at p: SIMD2<Double>) -> Double {
    let r = residuals(p)
    return r.a * r.a + r.b * r.b + r.c * r.c
  }

  /// Twice each residual times its derivative.
  public func gradient(at p: SIMD2<Double>) -> SIMD2<Double> {
    let (x, y) = (p.x, p.y)
    let r = residuals(p)
    return [
      2 * (r.a * (y - 1) + r.b * (y * y - 1) + r.c * (y * y * y - 1)),
      2 * (r.a * x + r.b * 2 * x * y + r.c * 3 * x * y * y),
    ]
  }

  private func residuals(_ p: SIMD2<Double>) -> (a: Double, b: Double, c: Double) {
    let (x, y) = (p.x, p.y)
    return (1.5 - x + x * y, 2.25 - x + x * y * y, 2.625 - x + x * y * y * y)
  }
}
