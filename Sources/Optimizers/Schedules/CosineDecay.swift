#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A rate that falls along half a wave of the cosine and stays at its end.
///
///     εₜ = ε_T + ½ (ε₀ − ε_T) (1 + cos(π min(t, T)/T))
///
/// ε₀ is the rate at first, ε_T `end`, T the updates of `length`, t the update counted from 0.
///
/// Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", ICLR 2017,
/// https://arxiv.org/abs/1608.03983, equation 5 without restarts; Keras's CosineDecay with
/// alpha = ε_T/ε₀, PyTorch's CosineAnnealingLR with eta_min = ε_T.
public struct CosineDecay: Schedule {
  /// The time to the end, T; nil for the whole run.
  public var length: ScheduleLength?
  /// The last rate, ε_T.
  public var end: Double

  /// A decay of the given settings.
  public init(length: ScheduleLength? = nil, end: Double = 0) {
    self.length = length
    self.end = end
  }

  /// The rate of update `step`.
  public func rate(_ initial: Double, at step: Int, in run: RunExtent) -> Double {
    let total = run.steps(orAll: length)
    return annealed(initial, end, Double(min(step, total)) / Double(total))
  }

  /// An end above the beginning, or unknown.
  public func flaw(_ initial: Double, in run: RunExtent) -> String? {
    flaw(unset: length, in: run) ?? flaw(end: end, below: initial)
  }
}

/// From `start` at share 0 to `end` at share 1 along half a wave of the cosine.
func annealed(_ start: Double, _ end: Double, _ share: Double) -> Double {
  end + 0.5 * (start - end) * (1 + cos(Double.pi * share))
}
