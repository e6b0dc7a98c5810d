#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A rate that falls to its end along a power of the time that is left.
///
///     εₜ = (ε₀ − ε_T) (1 − min(t, T)/T)ᵖ + ε_T
///
/// ε₀ is the rate at first, ε_T `end`, T the updates of `length`, p `power`, t the update counted
/// from 0. With `cycle`, T grows to its next multiple whenever t passes it, and the rate rises again.
///
/// Keras's PolynomialDecay; with power 1 it is ``LinearDecay``.
public struct PolynomialDecay: Schedule {
  /// The time to the end, T; nil for the whole run.
  public var length: ScheduleLength?
  /// The last rate, ε_T.
  public var end: Double
  /// The power, p.
  public var power: Double
  /// Whether the rate rises again after the end.
  public var cycle: Bool

  /// A decay of the given settings.
  public init(
    length: ScheduleLength? = nil, end: Double = 0, power: Double = 1, cycle: Bool = false
  ) {
    self.length = length
    self.end = end
    self.power = power
    self.cycle = cycle
  }

  /// The rate of update `step`.
  public func rate(_ initial: Double, at step: Int, in run: RunExtent) -> Double {
    var total = Double(run.steps(orAll: length))
    if cycle, let length {
      // A multiple of T belongs to the cycle that it ends.
      let (count, rest) = run.periods(step, of: length)
      total = run.period(length) * Double(max(1, rest > 0 ? count + 1 : count))
    } else if cycle, Double(step) > total {
      total *= Double((step - 1) / Int(total) + 1)
    }
    let left = 1 - min(Double(step), total) / total
    return (initial - end) * pow(left, power) + end
  }

  /// An end above the beginning, or unknown, and cycles longer than the run.
  public func flaw(_ initial: Double, in run: RunExtent) -> String? {
    if let flaw = flaw(unset: length, in: run) ?? flaw(end: end, below: initial) { return flaw }
    return cycle ? length.flatMap { flaw(cycle: $0, "length", in: run) } : nil
  }
}
