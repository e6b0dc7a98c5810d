/// A rate that falls to its end in a straight line and stays there.
///
///     ε_k = (1 − α) ε₀ + α ε_τ,  α = min(k/τ, 1)
///
/// ε₀ is the rate at first, ε_τ `end`, τ the updates of `length`, k the update counted from 0.
///
/// Goodfellow, Bengio and Courville, "Deep Learning", 2016, equation 8.14; they suggest an ε_τ of
/// about one percent of ε₀. PyTorch's LinearLR does the same.
public struct LinearDecay: Schedule {
  /// The time to the end, τ; nil for the whole run.
  public var length: ScheduleLength?
  /// The last rate, ε_τ.
  public var end: Double

  /// A decay of the given settings.
  public init(length: ScheduleLength? = nil, end: Double = 0) {
    self.length = length
    self.end = end
  }

  /// The rate of update `step`.
  public func rate(_ initial: Double, at step: Int, in run: RunExtent) -> Double {
    let alpha = min(Double(step) / Double(run.steps(orAll: length)), 1)
    return (1 - alpha) * initial + alpha * end
  }

  /// An end above the beginning, or unknown.
  public func flaw(_ initial: Double, in run: RunExtent) -> String? {
    flaw(unset: length, in: run) ?? flaw(end: end, below: initial)
  }
}
