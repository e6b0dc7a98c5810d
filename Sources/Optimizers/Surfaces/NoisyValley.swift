import Tensors

/// The mean squared error of a straight line through noisy points: a valley whose minibatches each
/// have a minimum of their own.
///
///     f(a, b) = 1/N Σᵢ (a xᵢ + b − yᵢ)²,   yᵢ = xᵢ + ½ + noise,   xᵢ = 2 (i + ½)/N,   N = 64
///
/// The noise is normal with standard deviation 0.7. The full batch follows the valley; the gradient of
/// a few samples is right on average, and wanders about the minimum.
public struct NoisyValley: SampledSurface {
  private let xs: [Double]
  private let ys: [Double]

  /// The same points every time.
  public init() {
    let count = 64
    var noise = [Float](repeating: 0, count: count)
    var span = noise.mutableSpan
    fillNormal(
      &span, mean: 0, standardDeviation: 0.7, key: RandomKey(seed: 1, purpose: .synthetic))
    xs = (0..<count).map { 2 * (Double($0) + 0.5) / Double(count) }
    ys = zip(xs, noise).map { $0 + 0.5 + Double($1) }
    minima = [NoisyValley.solution(xs, ys)]
  }

  /// `valley`
  public let name = "valley"
  /// The formula.
  public let formula = "mean squared error of a x + b over 64 noisy points"
  /// A line that falls far above the points.
  public let start: SIMD2<Double> = [-1, 2.5]
  /// Slopes.
  public let across = -1.5...2.5
  /// Intercepts.
  public let upward = -1.0...3.0
  /// The least squares.
  public let minima: [SIMD2<Double>]
  /// Smooth steps.
  public let rate = 0.05
  /// A hundredth of the way.
  public let stride = 0.05

  /// The number of points.
  public var sampleCount: Int { xs.count }

  /// The mean squared error.
  public func value(at p: SIMD2<Double>) -> Double {
    var total = 0.0
    for i in xs.indices {
      let error = p.x * xs[i] + p.y - ys[i]
      total += error * error
    }
    return total / Double(xs.count)
  }

  /// The gradient over all points.
  public func gradient(at p: SIMD2<Double>) -> SIMD2<Double> {
    gradient(at: p, of: Array(xs.indices))
  }

  /// 2/n Σᵢ (a xᵢ + b − yᵢ) (xᵢ, 1) over the points of `samples`
  public func gradient(at p: SIMD2<Double>, of samples: [Int]) -> SIMD2<Double> {
    var total = SIMD2<Double>.zero
    for i in samples {
      let error = p.x * xs[i] + p.y - ys[i]
      total.x += error * xs[i]
      total.y += error
    }
    return total * (2 / Double(samples.count))
  }

  /// Slope and intercept of the least squares.
  private static func solution(_ xs: [Double], _ ys: [Double]) -> SIMD2<Double> {
    let n = Double(xs.count)
    let (meanX, meanY) = (xs.reduce(0, +) / n, ys.reduce(0, +) / n)
    var (product, square) = (0.0, 0.0)
    for i in xs.indices {
      product += (xs[i] - meanX) * (ys[i] - meanY)
      square += (xs[i] - meanX) * (xs[i] - meanX)
    }
    let slope = product / square
    return [slope, meanY - slope * meanX]
  }
}
