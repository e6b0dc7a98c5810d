#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A rate that falls by the same factor in equal times.
///
///     εₜ = ε₀ γ^(t/T),  in stairs ε₀ γ^⌊t/T⌋
///
/// ε₀ is the rate at first, γ `factor`, T the updates of `every`, t the update counted from 0.
///
/// Keras's ExponentialDecay; PyTorch's ExponentialLR is the stairs of one epoch.
public struct ExponentialDecay: Schedule {
  /// What the rate is multiplied by over `every`, γ.
  public var factor: Double
  /// The time in which the rate falls by the factor, T.
  public var every: ScheduleLength
  /// Whether the rate stays the same in between.
  public var staircase: Bool

  /// A decay of the given settings.
  public init(factor: Double, every: ScheduleLength = .epochs(1), staircase: Bool = false) {
    self.factor = factor
    self.every = every
    self.staircase = staircase
  }

  /// The rate of update `step`.
  public func rate(_ initial: Double, at step: Int, in run: RunExtent) -> Double {
    let time =
      staircase ? Double(run.periods(step, of: every).count) : Double(step) / run.period(every)
    return initial * pow(factor, time)
  }
}
