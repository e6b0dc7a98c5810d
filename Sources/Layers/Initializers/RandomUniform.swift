import Tensors

/// Even draws: w ~ U[minimum, maximum). Keras's `random_uniform`.
public struct RandomUniform: Initializer {
  /// The lower end.
  public let minimum: Float
  /// The upper end, never reached.
  public let maximum: Float

  /// Even draws between the given ends.
  ///
  /// - Precondition: `minimum` < `maximum`, and their difference is finite.
  public init(minimum: Float = -0.05, maximum: Float = 0.05) {
    precondition(
      minimum < maximum && (maximum - minimum).isFinite,
      "even draws from \(minimum) up to \(maximum)")
    self.minimum = minimum
    self.maximum = maximum
  }

  /// Fills `values`; shape and fans do not matter.
  public func fill(
    _ values: inout MutableSpan<Float>, shape: Shape, fans: Fans, key: RandomKey
  ) {
    fillUniform(&values, low: minimum, high: maximum, key: key)
  }
}
