/// A function of two variables with a character, on which rules can be watched going downhill.
public protocol Surface: Sendable {
  /// The name on the command line and of files.
  var name: String { get }

  /// The formula, for a title.
  var formula: String { get }

  /// Where paths begin.
  var start: SIMD2<Double> { get }

  /// The part that is shown, from left to right.
  var across: ClosedRange<Double> { get }

  /// The part that is shown, from bottom to top.
  var upward: ClosedRange<Double> { get }

  /// The places of the lowest value.
  var minima: [SIMD2<Double>] { get }

  /// A learning rate that suits rules whose steps are as long as the gradient.
  var rate: Double { get }

  /// A learning rate that suits rules whose steps have a length of their own.
  var stride: Double { get }

  /// f(x, y)
  func value(at point: SIMD2<Double>) -> Double

  /// (∂f/∂x, ∂f/∂y)
  func gradient(at point: SIMD2<Double>) -> SIMD2<Double>
}

extension Surface {
  /// The lowest value.
  public var lowest: Double { minima.map(value(at:)).min() ?? 0 }
}

/// A surface that is a mean over samples, so that there are minibatches.
public protocol SampledSurface: Surface {
  /// The number of samples.
  var sampleCount: Int { get }

  /// The gradient of the mean over some of the samples.
  func gradient(at point: SIMD2<Double>, of samples: [Int]) -> SIMD2<Double>
}

/// The surfaces that there are, by name.
public enum Surfaces {
  /// All, in the order of the textbook.
  public static let all: [any Surface] = [
    Ravine(), Beale(), Rosenbrock(), Saddle(), NoisyValley(),
  ]
}
