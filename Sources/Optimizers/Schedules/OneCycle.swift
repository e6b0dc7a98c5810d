/// One rise and one long fall over the whole run, far below the beginning at the end.
///
///     from ε₀/a up to ε₀ in the first r T updates, then down to ε₀/(a b)
///
/// ε₀ is the configuration's rate, here the largest; T the updates of `length`, r `rise`, a
/// `start_divisor`, b `end_divisor`. Both ways are half waves of the cosine, or straight lines.
/// As in PyTorch the top falls on update r T − 1 and the end on T − 1, counted from 0, between whole
/// updates where r T is none.
///
/// Smith and Topin, "Super-Convergence: Very Fast Training of Neural Networks Using Large Learning
/// Rates", 2018, https://arxiv.org/abs/1708.07120; PyTorch's OneCycleLR.
public struct OneCycle: Schedule {
  /// How the rate goes between start, top and end.
  public enum Anneal: String, CaseIterable, Sendable {
    /// Half waves of the cosine.
    case cosine
    /// Straight lines.
    case linear
  }

  /// The cycle, T; nil for the whole run.
  public var length: ScheduleLength?
  /// The share of the cycle in which the rate rises, r.
  public var rise: Double
  /// What the start is smaller than the top, a.
  public var startDivisor: Double
  /// What the end is smaller than the start, b.
  public var endDivisor: Double
  /// How the rate goes in between.
  public var anneal: Anneal

  /// A cycle of the given settings.
  public init(
    length: ScheduleLength? = nil, rise: Double = 0.3, startDivisor: Double = 25,
    endDivisor: Double = 1e4, anneal: Anneal = .cosine
  ) {
    self.length = length
    self.rise = rise
    self.startDivisor = startDivisor
    self.endDivisor = endDivisor
    self.anneal = anneal
  }

  /// The rate of update `step`.
  public func rate(_ initial: Double, at step: Int, in run: RunExtent) -> Double {
    let total = Double(run.steps(orAll: length))
    let (start, end) = (initial / startDivisor, initial / startDivisor / endDivisor)
    let (top, last) = (rise * total - 1, total - 1)
    let time = min(Double(step), last)
    if time <= top, top > 0 { return between(start, initial, time / top) }
    return between(initial, end, last > top ? (time - top) / (last - top) : 0)
  }

  private func between(_ start: Double, _ end: Double, _ share: Double) -> Double {
    switch anneal {
    case .cosine: annealed(start, end, share)
    case .linear: start + (end - start) * share
    }
  }

  /// A cycle of unknown length, or one longer than the run.
  public func flaw(_ initial: Double, in run: RunExtent) -> String? {
    flaw(unset: length, in: run) ?? length.flatMap { flaw(cycle: $0, "length", in: run) }
  }
}
