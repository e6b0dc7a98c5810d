/// How long a run trains: a number of epochs, of steps, or of minutes, or as long as records arrive.
public enum RunLength: Hashable, Sendable, CustomStringConvertible {
  /// Passes over the training data.
  case epochs(Int)
  /// Updates of the parameters.
  case steps(Int)
  /// Minutes of wall time, after which the step at hand is the last one.
  case minutes(Double)
  /// As long as records arrive that are followed.
  case unlimited

  /// The length as a configuration has it: `30`, `500 steps`, `10 minutes`.
  public var description: String {
    switch self {
    case .epochs(let count): "\(count)"
    case .steps(let count): "\(count) steps"
    case .minutes(let minutes):
      minutes == minutes.rounded() && minutes < 1e6
        ? "\(Int(minutes)) minutes" : "\(minutes) minutes"
    case .unlimited: "unlimited"
    }
  }

  /// The length that `text` tells; nil where it tells none, or one below 1 or above
  /// ``Bound/steps`` epochs or steps, or none at all of minutes.
  public init?(_ text: String) {
    let words = text.split(separator: " ")
    guard let number = words.first, words.count <= 2 else { return nil }
    switch words.count == 2 ? words[1] : "epochs" {
    case "epoch", "epochs":
      guard let count = Int(number), (1...Bound.steps).contains(count) else { return nil }
      self = .epochs(count)
    case "step", "steps":
      guard let count = Int(number), (1...Bound.steps).contains(count) else { return nil }
      self = .steps(count)
    case "minute", "minutes":
      guard let minutes = Double(number), minutes > 0, minutes.isFinite else { return nil }
      self = .minutes(minutes)
    default: return nil
    }
  }
}

extension ValueCodec<RunLength> {
  static var length: ValueCodec {
    let pattern = #"^[0-9]+ epochs?$|^[0-9]+ steps?$|^[0-9.]+ minutes?$"#
    return .scalar(
      "a number of epochs from 1 to \(Bound.steps), or a text such as 500 steps or 10 minutes, or unlimited",
      schema: .object([
        (
          "anyOf",
          .array([
            .integer(atLeast: 1, atMost: Bound.steps),
            .object([("type", .string("string")), ("pattern", .string(pattern))]),
            .names(["unlimited"]),
          ])
        )
      ]),
      read: { node in
        node.text == "unlimited" ? .unlimited : node.text.flatMap(RunLength.init)
      },
      encode: { .plain($0.description) })
  }
}
