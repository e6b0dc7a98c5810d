/// When a run is over because it has stopped to become better.
///
/// Keras's EarlyStopping: patience, the least change that counts, and what happens at the end are
/// its own; `start_from` is its `start_from_epoch`.
public struct EarlyStoppingRule: Hashable, Sendable {
  /// The part whose figure is watched.
  public enum Part: String, CaseIterable, Sendable {
    /// The figures of the epoch's own steps.
    case train
    /// Those of the validation part.
    case validation
  }

  /// The part whose figure is watched.
  public var part: Part
  /// The figure: `objective`, or the name of a metric.
  public var figure: String
  /// Whether larger is better.
  public var largerIsBetter: Bool
  /// The epochs without a better figure after which the run ends; 0 is like 1.
  public var patience: Int
  /// By how much a figure must be better than the best.
  public var minimumChange: Double
  /// Whether the parameters of the best epoch are those of the run at its end.
  public var restoresBest: Bool
  /// The first epochs, in which nothing is watched.
  public var startFrom: Int

  /// A rule of the given settings.
  public init(
    part: Part = .validation, figure: String = "objective", largerIsBetter: Bool = false,
    patience: Int = 0, minimumChange: Double = 0, restoresBest: Bool = true, startFrom: Int = 0
  ) {
    self.part = part
    self.figure = figure
    self.largerIsBetter = largerIsBetter
    self.patience = patience
    self.minimumChange = minimumChange
    self.restoresBest = restoresBest
    self.startFrom = startFrom
  }

  /// The figure as a configuration has it: `validation.objective`.
  public var monitor: String { part.rawValue + "." + figure }

  /// The figure that is watched; nil where `status` has none.
  func value(_ status: RunStatus) -> Double? {
    let figures = part == .train ? status.training : status.validation
    if figure == "objective" { return figures?.objective }
    return figures?.metrics.first { $0.name == figure }?.value
  }

  /// Whether `value` counts as better than `best`.
  func isBetter(_ value: Double, than best: Double?) -> Bool {
    guard value.isFinite else { return false }
    guard let best else { return true }
    return largerIsBetter ? value - minimumChange > best : value + minimumChange < best
  }
}
