import Tensors

/// The weights of a unit are at most so long: w ← w · min(1, c / ‖w‖).
///
/// Hinton et al., "Improving neural networks by preventing co-adaptation of feature detectors", 2012.
/// Keras's `max_norm`, which adds 1e-7 to ‖w‖ and so shrinks vectors within the bound by that much.
public struct MaxNorm: Constraint {
  /// The bound, c.
  public var maximum: Float

  /// The bound `maximum`.
  public init(_ maximum: Float = 2) { self.maximum = maximum }

  /// Shortens every row that is too long.
  public func apply(_ values: inout MutableSpan<Float>, shape: Shape) {
    let (rows, width) = UnitRows.extent(shape)
    for index in 0..<rows {
      var row = values._mutatingExtracting(index * width..<(index + 1) * width)
      let norm = UnitRows.norm(row.span)
      if norm > Double(maximum) { scale(&row, by: Float(Double(maximum) / norm)) }
    }
  }
}
