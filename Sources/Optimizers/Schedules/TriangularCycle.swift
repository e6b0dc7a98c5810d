import Tensors

/// A rate that goes up and down in straight lines, over and over.
///
///     εₜ = ε_min + (ε₀ − ε_min) sⁱ · x/r            while it rises, x < r
///     εₜ = ε_min + (ε₀ − ε_min) sⁱ · (1 − x)/(1 − r)
///
/// ε₀ is the configuration's rate, here the largest, ε_min `minimum`, x the share of the cycle
/// that is over, r `rise`, s `shrink`, i the cycle counted from 0. With s = 1 it is Smith's
/// "triangular", with s = ½ his "triangular2".
///
/// Smith, "Cyclical Learning Rates for Training Neural Networks", WACV 2017,
/// https://arxiv.org/abs/1506.01186; PyTorch's CyclicLR, which counts half cycles.
public struct TriangularCycle: Schedule {
  /// The cycle, up and down.
  public var cycle: ScheduleLength
  /// The smallest rate, ε_min.
  public var minimum: Double
  /// The share of the cycle in which the rate rises, r.
  public var rise: Double
  /// What each cycle is lower than the one before, s.
  public var shrink: Double

  /// Cycles of the given settings.
  public init(cycle: ScheduleLength, minimum: Double = 0, rise: Double = 0.5, shrink: Double = 1) {
    self.cycle = cycle
    self.minimum = minimum
    self.rise = rise
    self.shrink = shrink
  }

  /// The rate of update `step`.
  public func rate(_ initial: Double, at step: Int, in run: RunExtent) -> Double {
    let (index, place) = run.periods(step, of: cycle)
    let share = place / run.period(cycle)
    let height = share <= rise ? share / rise : (1 - share) / (1 - rise)
    return minimum + (initial - minimum) * power(shrink, index) * height
  }

  /// A smallest rate above the largest, or a cycle longer than the run.
  public func flaw(_ initial: Double, in run: RunExtent) -> String? {
    guard Float(minimum) <= Float(initial) else {
      return "minimum is \(minimum), above the learning rate \(initial), which is the top of the"
        + " cycle; set it to less"
    }
    return flaw(cycle: cycle, "cycle", in: run)
  }
}
