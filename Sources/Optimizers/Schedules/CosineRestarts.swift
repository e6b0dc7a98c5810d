/// A cosine decay that begins again and again, each time longer.
///
///     εₜ = ε_T + ½ (ε₀ sⁱ − ε_T) (1 + cos(π c/Tᵢ)),  Tᵢ = T₀ mⁱ
///
/// ε₀ is the rate at first, ε_T `end`, T₀ the updates of `first`, m `growth`, s `shrink`, i the cycle
/// and c the update within it, both counted from 0.
///
/// Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", ICLR 2017,
/// https://arxiv.org/abs/1608.03983, equation 5. Keras's CosineDecayRestarts (t_mul = m, m_mul = s,
/// alpha·ε₀ = ε_T where s is 1); PyTorch's CosineAnnealingWarmRestarts (T_mult = m).
public struct CosineRestarts: Schedule {
  /// The first cycle, T₀.
  public var first: ScheduleLength
  /// What each cycle is longer than the one before, m; at least 1.
  public var growth: Double
  /// What each cycle begins lower than the one before, s.
  public var shrink: Double
  /// The rate at the end of each cycle, ε_T.
  public var end: Double

  /// Restarts of the given settings.
  public init(first: ScheduleLength, growth: Double = 2, shrink: Double = 1, end: Double = 0) {
    self.first = first
    self.growth = growth
    self.shrink = shrink
    self.end = end
  }

  /// The rate of update `step`.
  public func rate(_ initial: Double, at step: Int, in run: RunExtent) -> Double {
    var length = run.period(first)
    var left = Double(step)
    var top = initial
    if growth == 1, shrink == 1 {
      left = run.periods(step, of: first).rest
    } else {
      while left >= length {
        left -= length
        length *= growth
        top = max(top * shrink, end)
      }
    }
    return annealed(top, end, left / length)
  }

  /// An end above the beginning, or a first cycle longer than the run.
  public func flaw(_ initial: Double, in run: RunExtent) -> String? {
    flaw(end: end, below: initial) ?? flaw(cycle: first, "first", in: run)
  }
}
