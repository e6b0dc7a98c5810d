import Tensors

/// Normal draws cut off at two standard deviations: w ~ N(μ, σ²), |w − μ| ≤ 2σ.
///
/// σ is that before the cut; afterwards it is 0.88 σ. Keras's `truncated_normal`.
public struct TruncatedNormal: Initializer {
  /// The mean, μ.
  public let mean: Float
  /// The standard deviation, σ.
  public let standardDeviation: Float

  /// Draws of the given mean and standard deviation.
  ///
  /// - Precondition: both are finite, the standard deviation not negative.
  public init(mean: Float = 0, standardDeviation: Float = 0.05) {
    precondition(
      mean.isFinite && standardDeviation.isFinite && standardDeviation >= 0,
      "normal draws of mean \(mean) and standard deviation \(standardDeviation)")
    self.mean = mean
    self.standardDeviation = standardDeviation
  }

  /// Fills `values`; shape and fans do not matter.
  public func fill(
    _ values: inout MutableSpan<Float>, shape: Shape, fans: Fans, key: RandomKey
  ) {
    fillTruncatedNormal(&values, mean: mean, standardDeviation: standardDeviation, key: key)
  }
}
