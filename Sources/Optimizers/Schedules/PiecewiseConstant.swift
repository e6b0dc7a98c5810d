/// A rate that jumps from value to value.
///
///     εₜ = ε₀ before the first boundary, valueᵢ from boundary i to the next
///
/// ε₀ is the rate at first. A boundary of 10 epochs is the first update after ten epochs.
///
/// Keras's PiecewiseConstantDecay with ε₀ as its first value; it jumps one update later, after
/// the boundary rather than at it.
public struct PiecewiseConstant: Schedule {
  /// Where the rate jumps; increasing.
  public var boundaries: [ScheduleLength]
  /// What it jumps to, one value per boundary.
  public var values: [Double]

  /// Jumps to `values` at `boundaries`.
  public init(boundaries: [ScheduleLength], values: [Double]) {
    self.boundaries = boundaries
    self.values = values
  }

  /// The rate of update `step`.
  public func rate(_ initial: Double, at step: Int, in run: RunExtent) -> Double {
    var count = 0
    while count < boundaries.count, step >= run.steps(boundaries[count]) { count += 1 }
    return count == 0 ? initial : values[count - 1]
  }

  /// Boundaries that do not increase.
  public func flaw(_ initial: Double, in run: RunExtent) -> String? {
    run.flaw(ends: boundaries, "boundaries")
  }
}
