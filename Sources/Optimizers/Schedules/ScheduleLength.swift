/// A stretch of a schedule: epochs, or updates.
public enum ScheduleLength: Hashable, Sendable, CustomStringConvertible {
  /// Passes over the training part. The ends of parts of one are rounded to whole updates, periods are not.
  case epochs(Double)
  /// So many updates.
  case steps(Int)

  /// The length as a configuration has it: `30`, `0.5`, `500 steps`.
  public var description: String {
    switch self {
    case .epochs(let count):
      count == count.rounded() && count < 1e15 ? "\(Int(count))" : "\(count)"
    case .steps(let count): "\(count) steps"
    }
  }

  /// The length that `text` tells; nil where it tells none above 0.
  public init?(_ text: String) {
    let words = text.split(separator: " ")
    guard let number = words.first, words.count <= 2 else { return nil }
    switch words.count == 2 ? words[1] : "epochs" {
    case "epoch", "epochs":
      guard number.utf8.allSatisfy({ "0123456789.+eE-".utf8.contains($0) }),
        let count = Double(number), count > 0, count.isFinite
      else { return nil }
      self = .epochs(count)
    case "step", "steps":
      guard let count = Int(number), count >= 1 else { return nil }
      self = .steps(count)
    default: return nil
    }
  }
}
