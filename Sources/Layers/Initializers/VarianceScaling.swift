import Tensors

/// Draws whose variance is in proportion to the fans of a layer: what Glorot's, He's and LeCun's
/// initializers have in common.
///
///     σ² = scale / n,   n = fan in, fan out, or their mean
///     uniform             U[−√(3 σ²), √(3 σ²))
///     truncated_normal    N(0, (σ / 0.87962566)²), cut off at two standard deviations
///     untruncated_normal  N(0, σ²)
///
/// The number is the standard deviation of a standard normal that was cut off at ±2, so that σ² is
/// the variance after the cut. Keras's `variance_scaling`.
public struct VarianceScaling: Initializer {
  /// The fan by which the scale is divided.
  public enum Mode: String, CaseIterable, Sendable {
    /// The inputs of a unit.
    case fanIn = "fan_in"
    /// The units that an input reaches.
    case fanOut = "fan_out"
    /// Their mean.
    case fanAverage = "fan_avg"
  }

  /// How the draws are distributed.
  public enum Distribution: String, CaseIterable, Sendable {
    /// Normal, cut off at two standard deviations.
    case truncatedNormal = "truncated_normal"
    /// Normal.
    case untruncatedNormal = "untruncated_normal"
    /// Even.
    case uniform
  }

  /// The variance times the fan.
  public var scale: Float
  /// The fan.
  public var mode: Mode
  /// The distribution.
  public var distribution: Distribution

  /// Draws of the given properties.
  public init(
    scale: Float = 1, mode: Mode = .fanIn, distribution: Distribution = .truncatedNormal
  ) {
    self.scale = scale
    self.mode = mode
    self.distribution = distribution
  }

  /// Fills `values` with draws keyed by `key`.
  public func fill(
    _ values: inout MutableSpan<Float>, shape: Shape, fans: Fans, key: RandomKey
  ) {
    let fan =
      switch mode {
      case .fanIn: Double(fans.in)
      case .fanOut: Double(fans.out)
      case .fanAverage: Double(fans.in + fans.out) / 2
      }
    let scale = Double(scale)
    switch distribution {
    case .uniform: VarianceScaling.fillUniform(&values, scale: scale, fan: fan, key: key)
    case .truncatedNormal: VarianceScaling.fillNormal(&values, scale: scale, fan: fan, key: key)
    case .untruncatedNormal:
      let deviation = Float((scale / max(1, fan)).squareRoot())
      Tensors.fillNormal(&values, mean: 0, standardDeviation: deviation, key: key)
    }
  }

  /// The standard deviation of the standard normal distribution cut off at ±2.
  static let truncatedDeviation = 0.87962566103423978

  /// Fills `values` with even draws of variance `scale` / `fan`.
  static func fillUniform(
    _ values: inout MutableSpan<Float>, scale: Double, fan: Double, key: RandomKey
  ) {
    let limit = Float((3 * scale / max(1, fan)).squareRoot())
    Tensors.fillUniform(&values, low: -limit, high: limit, key: key)
  }

  /// Fills `values` with normal draws of variance `scale` / `fan`, cut off at two deviations.
  static func fillNormal(
    _ values: inout MutableSpan<Float>, scale: Double, fan: Double, key: RandomKey
  ) {
    let deviation = Float((scale / max(1, fan)).squareRoot() / truncatedDeviation)
    fillTruncatedNormal(&values, mean: 0, standardDeviation: deviation, key: key)
  }
}
