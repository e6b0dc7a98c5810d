import Tensors

/// What Glorot's, He's and LeCun's initializers share: draws of a given variance, either even or
/// normal.
///
///     even      U[−√(3 σ²), √(3 σ²))
///     normal    N(0, (σ / 0.87962566)²), cut off at two standard deviations
///
/// The number is the standard deviation of a standard normal that was cut off at ±2, so that σ² is
/// the variance after the cut. This is Keras's `VarianceScaling`.
enum VarianceScaling {
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
