import Tensors

/// The weights of a unit have a length within bounds.
///
///     w ← w · (ρ clamp(‖w‖, a, b) + (1 − ρ) ‖w‖) / ‖w‖
///
/// ρ is `rate`: with 1 the bounds are kept exactly, below 1 a vector outside is drawn towards them.
/// A vector of zeros has no direction and stays. Keras's `min_max_norm`, which adds 1e-7 to the
/// divisor.
public struct MinMaxNorm: Constraint {
  /// The lower bound, a.
  public var minimum: Float
  /// The upper bound, b.
  public var maximum: Float
  /// The strength, ρ.
  public var rate: Float

  /// Bounds of the given values.
  public init(minimum: Float = 0, maximum: Float = 1, rate: Float = 1) {
    self.minimum = minimum
    self.maximum = maximum
    self.rate = rate
  }

  /// Stretches or shortens every row that lies outside.
  public func apply(_ values: inout MutableSpan<Float>, shape: Shape) {
    let (rows, width) = UnitRows.extent(shape)
    let (low, high, rate) = (Double(minimum), Double(maximum), Double(rate))
    for index in 0..<rows {
      var row = values._mutatingExtracting(index * width..<(index + 1) * width)
      let norm = UnitRows.norm(row.span)
      let bound = norm < low ? low : norm > high ? high : norm
      if bound != norm, norm > 0 {
        scale(&row, by: Float((rate * bound + (1 - rate) * norm) / norm))
      }
    }
  }
}
