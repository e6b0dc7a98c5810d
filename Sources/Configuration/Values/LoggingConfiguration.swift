/// What `metrics.jsonl` holds beside a line for each epoch.
public struct LoggingConfiguration: Hashable, Sendable {
  /// After how many steps a line on the last minibatch is written; nil for never.
  public var every: Int?

  /// The default: epochs alone.
  public init() {}

  static let section = Section(
    LoggingConfiguration(),
    fields: [
      Field(
        "every", \.every, .steps,
        "After how many steps `metrics.jsonl` gets a line with the objective of the last minibatch and the "
          + "learning rate, such as `100 steps`; `never` writes epochs alone.")
    ])
}

extension ValueCodec<Int?> {
  /// A number of steps with its unit, or never.
  static var steps: ValueCodec {
    .scalar(
      "a text such as 100 steps or never",
      schema: .alternatives([
        .object([("type", .string("string")), ("pattern", .string(#"^[1-9][0-9]{0,17} steps?$"#))]),
        .names(["never"]),
      ]),
      read: { node in
        if node.text == "never" { return .some(nil) }
        guard case .steps(let count)? = node.text.flatMap(RunLength.init), count >= 1 else {
          return .none
        }
        return .some(count)
      },
      encode: { count in .plain(count.map { $0 == 1 ? "1 step" : "\($0) steps" } ?? "never") })
  }
}
