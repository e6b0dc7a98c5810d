/// When a run writes checkpoints, and which of them stay.
public struct CheckpointConfiguration: Hashable, Sendable {
  /// How often.
  public enum Interval: Hashable, Sendable {
    /// Only where the run is asked to stop.
    case never
    /// After so many epochs, steps or minutes.
    case every(RunLength)
  }

  /// How often.
  public var interval = Interval.every(.epochs(1))
  /// The newest ones that stay.
  public var keep = 3
  /// The best ones that stay beside them.
  public var best = 0
  /// What the best ones are best by: `objective`, or the name of a metric.
  public var figure = "objective"

  /// The defaults: after every epoch, the newest three stay.
  public init() {}

  static let section = Section(
    CheckpointConfiguration(), shorthand: "every",
    fields: [
      Field(
        "every", \.interval, .interval,
        "How often a checkpoint is written: a number of epochs, or `500 steps`, or `10 minutes`; "
          + "`never` only where the run is asked to stop."),
      Field(
        "keep", \.keep, .integer(atLeast: 1, atMost: Bound.steps),
        "The newest checkpoints that stay."),
      Field(
        "best", \.best, .integer(atLeast: 0, atMost: Bound.steps),
        "The best checkpoints that stay beside them, each written at the end of its epoch."),
      Field(
        "by", \.figure, .text("objective or the name of a metric"),
        "What the best ones are best by: `objective` or one of `metrics`, of the validation part "
          + "where there is one, else of the epoch's training."),
    ])
}

extension ValueCodec<CheckpointConfiguration.Interval> {
  static var interval: ValueCodec {
    let length = ValueCodec<RunLength>.length
    guard case .scalar(let grammar) = length.grammar() else {
      preconditionFailure("lengths are scalars")
    }
    return .scalar(
      "a number of epochs from 1 to \(Bound.steps), or a text such as 500 steps, 10 minutes or never",
      schema: .alternatives([grammar.schema, .names(["never"])]),
      read: { node in
        if node.text == "never" { return .never }
        return node.text.flatMap(RunLength.init).map { .every($0) }
      },
      encode: { interval in
        switch interval {
        case .never: .plain("never")
        case .every(let length): .plain(length.description)
        }
      })
  }
}
