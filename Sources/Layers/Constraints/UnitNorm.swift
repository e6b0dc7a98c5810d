import Tensors

/// The weights of a unit have length 1: w ← w / ‖w‖.
///
/// A vector of zeros has no direction and stays. Keras's `unit_norm`, which adds 1e-7 to ‖w‖.
public struct UnitNorm: Constraint {
  /// Length 1.
  public init() {}

  /// Scales every row.
  public func apply(_ values: inout MutableSpan<Float>, shape: Shape) {
    let (rows, width) = UnitRows.extent(shape)
    for index in 0..<rows {
      var row = values._mutatingExtracting(index * width..<(index + 1) * width)
      let norm = UnitRows.norm(row.span)
      if norm > 0 { scale(&row, by: Float(1 / norm)) }
    }
  }
}
