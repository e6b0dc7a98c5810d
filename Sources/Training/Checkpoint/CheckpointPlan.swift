/// When a run writes checkpoints, and which of them stay.
public struct CheckpointPlan: Hashable, Sendable {
  /// How often.
  public enum Interval: Hashable, Sendable {
    /// Only where the run is asked to stop.
    case never
    /// After so many epochs, their evaluation included.
    case epochs(Int)
    /// After so many steps.
    case steps(Int)
    /// In the first step after so many seconds, on the coordinator's clock.
    case seconds(Double)
  }

  /// How often.
  public var interval: Interval
  /// The newest ones that stay.
  public var keep: Int
  /// The best ones that stay beside them; each is written at the end of its epoch.
  public var best: Int
  /// What the best ones are best by: `objective` or the name of a metric, of the validation part
  /// where there is one, else of the epoch's training.
  public var figure: String

  /// Checkpoints at the given interval.
  public init(
    every interval: Interval = .never, keep: Int = 3, best: Int = 0, by figure: String = "objective"
  ) {
    self.interval = interval
    self.keep = keep
    self.best = best
    self.figure = figure
  }

  /// The number of updates after which one is regular, as every multiple of it is; nil where only clocks
  /// or requests place them.
  func period(stepsPerEpoch: Int) -> Int? {
    switch interval {
    case .never, .seconds: return nil
    case .steps(let count): return count
    case .epochs(let count):
      let (steps, overflow) = max(1, stepsPerEpoch).multipliedReportingOverflow(by: count)
      return overflow ? .max : steps
    }
  }

  /// Whether one is due after an update.
  func isDue(afterStep step: Int) -> Bool {
    if case .steps(let count) = interval { step % count == 0 } else { false }
  }

  /// Whether one is due after an epoch.
  func isDue(afterEpoch epoch: Int) -> Bool {
    if case .epochs(let count) = interval { epoch % count == 0 } else { false }
  }

  /// The value of ``figure`` at the end of an epoch.
  func value(_ status: RunStatus) -> Double? {
    guard let figures = status.validation ?? status.training else { return nil }
    if figure == "objective" { return figures.objective }
    return figures.metrics.first { $0.name == figure }?.value
  }
}
