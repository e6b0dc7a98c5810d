import Tensors

/// Adds up the seconds that a rank spends in each phase; a change of phase costs one look at the
/// clock.
public final class PhaseClock {
  private let heartbeat: Heartbeat
  private var seconds = [Double](repeating: 0, count: Phase.allCases.count)
  private var last = MonotonicClock.seconds
  private var current = Phase.other

  /// A clock that begins now, and tells `heartbeat` of every phase.
  public init(_ heartbeat: Heartbeat) { self.heartbeat = heartbeat }

  /// Ends the current phase and begins `phase`.
  public func enter(_ phase: Phase) {
    let now = MonotonicClock.seconds
    seconds[current.rawValue] += now - last
    last = now
    current = phase
    heartbeat.enter(phase)
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
    let taken = seconds
    for i in seconds.indices { seconds[i] = 0 }
    return taken
  }
}
