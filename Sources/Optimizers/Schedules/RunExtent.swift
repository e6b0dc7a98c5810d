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
