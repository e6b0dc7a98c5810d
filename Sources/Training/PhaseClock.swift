import Tensors

/// Adds up the seconds that a rank spends in each phase; a change of phase costs one look at the
/// clock.
public final class PhaseClock {
  private let heartbeat: Heartbeat
  private let recorder: FlightRecorder?
  /// By phase; in place, since changes of phase are many in a small network's step.
  private var seconds = InlineArray<8, Double>(repeating: 0)
  private var last = MonotonicClock.seconds
  private var current = Phase.other

  /// A clock that begins now, and tells `heartbeat` and `recorder` of every phase.
  public init(_ heartbeat: Heartbeat, recorder: FlightRecorder? = nil) {
    precondition(Phase.allCases.count <= 8, "\(Phase.allCases.count) phases in 8 places")
    self.heartbeat = heartbeat
    self.recorder = recorder
  }

  /// Ends the current phase and begins `phase`; so many buckets of an exchange are under way.
  public func enter(_ phase: Phase, started: Int = 0, complete: Int = 0) {
    let now = MonotonicClock.seconds
    seconds[current.rawValue] += now - last
    last = now
    current = phase
    heartbeat.enter(phase)
    recorder?.note(phase, at: now, step: heartbeat.step, started: started, complete: complete)
  }

  /// Spends `body` in `phase`, then returns to the current one.
  public func spend<Result>(_ phase: Phase, _ body: () throws -> Result) rethrows -> Result {
    let before = current
    enter(phase)
    defer { enter(before) }
    return try body()
  }

  /// The seconds of all phases since the last call.
  func take() -> [Double] {
    enter(current)
    let taken = Phase.allCases.map { seconds[$0.rawValue] }
    seconds = InlineArray(repeating: 0)
    return taken
  }
}
