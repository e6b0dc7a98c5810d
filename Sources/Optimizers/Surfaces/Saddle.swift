/// A pass between two basins: the gradient almost vanishes where nothing is won yet.
///
///     f(x, y) = ½ x² − ½ y² + ¼ y⁴
///
/// The saddle point is the origin, the minima −¼ lie at (0, ±1). Goodfellow, Bengio and Courville,
/// "Deep Learning", 2016, section 8.2.3.
public struct Saddle: Surface {
  /// The saddle.
  public init() {}
  /// `saddle`
  public let name = "saddle"
  /// The formula.
  public let formula = "½ x² − ½ y² + ¼ y⁴"
  /// Above the pass, a little to one side of it.
  public let start: SIMD2<Double> = [-1.5, 0.001]
  /// The pass.
  public let across = -1.75...1.0
  /// Both basins.
  public let upward = -1.5...1.5
  /// One in each basin.
  public let minima: [SIMD2<Double>] = [[0, -1], [0, 1]]
  /// Smooth steps.
  public let rate = 0.05
  /// A hundredth of the way.
  public let stride = 0.02

  /// ½ x² − ½ y² + ¼ y⁴
  public func value(at p: SIMD2<Double>) -> Double {
    let y2 = p.y * p.y
    return 0.5 * p.x * p.x - 0.5 * y2 + 0.25 * y2 * y2
  }

  /// (x, y³ − y)
  public func gradient(at p: SIMD2<Double>) -> SIMD2<Double> {
    [p.x, p.y * p.y * p.y - p.y]
  }
}
