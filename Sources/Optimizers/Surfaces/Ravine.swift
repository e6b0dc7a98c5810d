/// A long valley between steep walls: gradient descent runs from wall to wall, momentum along it.
///
///     f(x, y) = ½ x² + 10 y²
///
/// The condition number is 20. Goodfellow, Bengio and Courville, "Deep Learning", 2016, figure 8.5.
public struct Ravine: Surface {
  /// The ravine.
  public init() {}
  /// `ravine`
  public let name = "ravine"
  /// The formula.
  public let formula = "½ x² + 10 y²"
  /// High on a wall, far from the minimum.
  public let start: SIMD2<Double> = [-9, 1.6]
  /// The length of the valley.
  public let across = -10.0...4.0
  /// Both walls.
  public let upward = -2.5...2.5
  /// The origin.
  public let minima: [SIMD2<Double>] = [[0, 0]]
  /// Just below 2/20, where descent would leave the valley.
  public let rate = 0.09
  /// A hundredth of the way.
  public let stride = 0.2

  /// ½ x² + 10 y²
  public func value(at p: SIMD2<Double>) -> Double { 0.5 * p.x * p.x + 10 * p.y * p.y }

  /// (x, 20 y)
  public func gradient(at p: SIMD2<Double>) -> SIMD2<Double> { [p.x, 20 * p.y] }
}
