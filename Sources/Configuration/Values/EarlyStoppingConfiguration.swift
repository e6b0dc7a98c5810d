import Metrics
import Training

/// When a run ends because it has stopped to become better.
public struct EarlyStoppingConfiguration: Hashable, Sendable {
  /// Which way a figure becomes better.
  public enum Mode: String, CaseIterable, Sendable {
    /// As the figure's name tells.
    case auto
    /// By becoming smaller.
    case min
    /// By becoming larger.
    case max
  }

  /// The figure that is watched.
  public var monitor = "validation.objective"
  /// The epochs without a better one that are let pass.
  public var patience = 0
  /// By how much a figure must be better to count.
  public var minimumChange = 0.0
  /// Which way it becomes better.
  public var mode = Mode.auto
  /// Whether the run ends with the parameters of its best epoch.
  public var restoresBest = true
  /// The first epochs, which are not watched.
  public var startFrom = 0
  /// Where it is written.
  public var position: SourcePosition?

  /// The defaults but for the patience.
  public init() {}

  static let section = Section(
    EarlyStoppingConfiguration(), shorthand: "patience",
    fields: [
      Field(
        "monitor", \.monitor, .text("a figure such as validation.objective"),
        "The figure that is watched: `validation.` or `train.`, and `objective` or one of `metrics`."
      ),
      Field(
        "patience", \.patience, .integer(atLeast: 0, atMost: Bound.steps), required: true,
        "After so many epochs without a better figure the run ends."),
      Field(
        "min_delta", \.minimumChange, .number(.nonNegative),
        "By how much a figure must be better than the best to count as better."),
      Field(
        "mode", \.mode, .name,
        "Whether smaller (`min`) or larger (`max`) is better; `auto` knows it of every figure."),
      Field(
        "restore_best", \.restoresBest, .truth,
        "Whether the run ends with the parameters of its best epoch; else with the last ones."),
      Field(
        "start_from", \.startFrom, .integer(atLeast: 0, atMost: Bound.steps),
        "So many epochs at first are not watched."),
    ],
    finish: { (stopping, node, _) throws(ConfigurationError) in
      stopping.position = (node["monitor"] ?? node).position
    })

  /// The rule for a run of these metrics, with or without a validation part.
  ///
  /// - Throws: ``ConfigurationError`` where there is no such figure.
  func rule(metrics: [any Metric], hasValidation: Bool) throws(ConfigurationError)
    -> EarlyStoppingRule
  {
    let words = monitor.split(separator: ".", maxSplits: 1).map(String.init)
    guard words.count == 2, let part = EarlyStoppingRule.Part(rawValue: words[0]) else {
      throw ConfigurationError(
        at: position,
        "early_stopping.monitor is \"\(monitor)\"; it must be train or validation, a point, and a"
          + " figure, such as validation.objective")
    }
    let metric = metrics.first { $0.name == words[1] }
    guard words[1] == "objective" || metric != nil else {
      let known = ["objective"] + metrics.map(\.name)
      throw ConfigurationError(
        at: position,
        "early_stopping.monitor is \"\(monitor)\", but the run tells only"
          + " \(known.joined(separator: ", ")); add \(words[1]) to metrics, or watch one of those")
    }
    guard part == .train || hasValidation else {
      throw ConfigurationError(
        at: position,
        "early_stopping watches \(monitor), but there is no validation part; set"
          + " data.split.validation, give data.validation, or watch train.\(words[1])")
    }
    let larger =
      switch mode {
      case .auto: metric?.largerIsBetter ?? false
      case .min: false
      case .max: true
      }
    return EarlyStoppingRule(
      part: part, figure: words[1], largerIsBetter: larger, patience: patience,
      minimumChange: minimumChange, restoresBest: restoresBest, startFrom: startFrom)
  }
}
