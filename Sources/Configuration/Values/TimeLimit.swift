/// A duration as a configuration has it: `90 seconds`, `10 minutes`, `2 hours`.
public struct TimeLimit: Hashable, Sendable, CustomStringConvertible {
  private static let units: [(name: String, seconds: Double)] = [
    ("second", 1), ("minute", 60), ("hour", 3600),
  ]

  /// The duration in seconds.
  public var seconds: Double
  /// The duration as it was written.
  public let description: String

  /// The duration that `text` tells; nil where it tells none above 0.
  public init?(_ text: String) {
    let words = text.split(separator: " ")
    guard words.count == 2, let count = Double(words[0]), count > 0, count.isFinite,
      words[0].allSatisfy({ $0.isNumber || $0 == "." }),
      let unit = TimeLimit.units.first(where: { words[1] == $0.name || words[1] == $0.name + "s" })
    else { return nil }
    seconds = count * unit.seconds
    description = "\(words[0]) \(words[1])"
  }
}

extension ValueCodec<TimeLimit> {
  static var timeLimit: ValueCodec {
    .scalar(
      "a duration such as 90 seconds, 10 minutes or 2 hours",
      schema: .object([
        ("type", .string("string")),
        ("pattern", .string(#"^[0-9.]+ (seconds?|minutes?|hours?)$"#)),
      ]),
      read: { node in node.text.flatMap(TimeLimit.init) },
      encode: { .plain($0.description) })
  }
}
