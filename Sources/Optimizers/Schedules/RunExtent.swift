/// How long a run is, as far as that is known beforehand.
public struct RunExtent: Hashable, Sendable {
  /// The updates of an epoch.
  public var stepsPerEpoch: Int
  /// The updates of the run; nil where it is limited by time.
  public var totalSteps: Int?

  /// An extent of the given numbers.
  public init(stepsPerEpoch: Int, totalSteps: Int?) {
    self.stepsPerEpoch = stepsPerEpoch
    self.totalSteps = totalSteps
  }

  /// The updates of `length`, at least 1.
  public func steps(_ length: ScheduleLength) -> Int {
    switch length {
    case .steps(let steps): steps
    // Bounded, so that no text of a configuration can leave the range of an Int.
    case .epochs(let epochs):
      Int(max(1, min((epochs * Double(stepsPerEpoch)).rounded(), 1e15)))
    }
  }

  /// The updates of a period of `length`, which need not be a whole number: rounded, periods that follow one
  /// another would drift away from the epochs. At least a thousandth.
  public func period(_ length: ScheduleLength) -> Double {
    switch length {
    case .steps(let steps): return Double(steps)
    case .epochs(let epochs):
      let period = max(1e-3, min(epochs * Double(stepsPerEpoch), 1e15))
      // 0.1 epochs of 30 updates are 3, whatever the rounding of 0.1.
      let whole = period.rounded()
      return abs(period - whole) <= 1e-12 * whole ? whole : period
    }
  }

  /// How many whole periods of `length` have passed before update `step`, and the updates since then.
  public func periods(_ step: Int, of length: ScheduleLength) -> (count: Int, rest: Double) {
    let period = period(length)
    var count = (Double(step) / period).rounded(.down)
    // The quotient is rounded: it may come out as the next whole number.
    while count > 0, count * period > Double(step) { count -= 1 }
    let rest = max(0, Double(step) - count * period)
    // What is missing from a whole period is rounding.
    if period - rest <= 1e-12 * Double(step) { return (Int(count) + 1, 0) }
    return (Int(count), rest)
  }

  /// The updates of `length`, of the whole run where it is nil.
  ///
  /// - Precondition: one of the two is known.
  public func steps(orAll length: ScheduleLength?) -> Int {
    guard let steps = length.map(steps) ?? totalSteps else {
      preconditionFailure("a schedule to the end of a run of unknown length")
    }
    return max(1, steps)
  }

  /// What is left behind the first `steps` updates.
  public func dropping(_ steps: Int) -> RunExtent {
    RunExtent(stepsPerEpoch: stepsPerEpoch, totalSteps: totalSteps.map { max(0, $0 - steps) })
  }
}
