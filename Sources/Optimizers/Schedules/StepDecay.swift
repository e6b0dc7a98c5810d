import Tensors

/// A rate that is multiplied by the same factor again and again.
///
///     εₜ = ε₀ γⁿ,  n = ⌊t/N⌋, or the number of ends in `after` that t has reached
///
/// ε₀ is the rate at first, γ `factor`, N the updates of `every`, t the update counted from 0.
///
/// PyTorch's StepLR and MultiStepLR do the same once per epoch.
public struct StepDecay: Schedule {
  /// What the rate is multiplied by, γ.
  public var factor: Double
  /// After how long, each time; nil where `after` tells.
  public var every: ScheduleLength?
  /// After which lengths from the beginning; increasing.
  public var after: [ScheduleLength]

  /// A decay of the given settings.
  public init(factor: Double = 0.1, every: ScheduleLength? = nil, after: [ScheduleLength] = []) {
    self.factor = factor
    self.every = every
    self.after = after
  }

  /// The rate of update `step`.
  public func rate(_ initial: Double, at step: Int, in run: RunExtent) -> Double {
    if let every { return initial * power(factor, run.periods(step, of: every).count) }
    var count = 0
    while count < after.count, step >= run.steps(after[count]) { count += 1 }
    return initial * power(factor, count)
  }

  /// Ends that do not increase.
  public func flaw(_ initial: Double, in run: RunExtent) -> String? {
    run.flaw(ends: after, "after")
  }
}

extension RunExtent {
  /// What is wrong with `ends`, called `key`, which must increase.
  func flaw(ends: [ScheduleLength], _ key: String) -> String? {
    for (earlier, later) in zip(ends, ends.dropFirst()) where steps(later) <= steps(earlier) {
      return "\(key) has \(later) (step \(steps(later))) after \(earlier) (step \(steps(earlier)));"
        + " put the lengths in increasing order, each once"
    }
    return nil
  }
}
