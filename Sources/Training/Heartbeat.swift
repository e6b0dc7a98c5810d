import Synchronization

/// Where a rank is, for those who ask from another thread: all numbers are read and written whole.
public final class Heartbeat: Sendable {
  private let currentStep = Atomic(0)
  private let currentPhase = Atomic(Phase.other.rawValue)
  private let count = Atomic(0)

  /// A heart that has not beaten.
  public init() {}

  /// The updates that are done.
  public var step: Int {
    get { currentStep.load(ordering: .relaxed) }
    set { currentStep.store(newValue, ordering: .relaxed) }
  }

  /// What the rank does.
  public var phase: Phase { Phase(rawValue: currentPhase.load(ordering: .relaxed)) ?? .other }

  /// How often it has beaten: while this number grows, the rank is not stuck.
  public var beats: Int { count.load(ordering: .relaxed) }

  /// The rank is alive. One thread beats, so nothing has to be locked, as a sum of several would.
  public func beat() { count.store(count.load(ordering: .relaxed) &+ 1, ordering: .relaxed) }

  /// The rank is alive and begins `phase`.
  func enter(_ phase: Phase) {
    currentPhase.store(phase.rawValue, ordering: .relaxed)
    beat()
  }
}
