/// The interval in which a number must lie.
struct NumberRange: Sendable {
  var lower: Double?
  var upper: Double?
  var includesLower = true
  var includesUpper = true

  /// Any finite number.
  static let any = NumberRange()
  /// Above 0.
  static let positive = NumberRange(lower: 0, includesLower: false)
  /// At least 0.
  static let nonNegative = NumberRange(lower: 0)
  /// From 0 to below 1.
  static let fraction = NumberRange(lower: 0, upper: 1, includesUpper: false)
  /// From 0 to 1.
  static let unit = NumberRange(lower: 0, upper: 1)

  func contains(_ value: Double) -> Bool {
    guard value.isFinite else { return false }
    if let lower, includesLower ? value < lower : value <= lower { return false }
    if let upper, includesUpper ? value > upper : value >= upper { return false }
    return true
  }

  /// What such a number is, as a noun.
  var words: String {
    var words = "a number"
    if let lower {
      words += includesLower ? ", at least \(short(lower))" : " above \(short(lower))"
    }
    if let upper {
      words += (lower == nil ? "" : " and") + (includesUpper ? " at most" : " below")
      words += " \(short(upper))"
    }
    return lower == nil && upper == nil ? "a finite number" : words
  }

  var schema: JSONText {
    var members: [(String, JSONText)] = [("type", .string("number"))]
    if let lower {
      members.append((includesLower ? "minimum" : "exclusiveMinimum", .number(short(lower))))
    }
    if let upper {
      members.append((includesUpper ? "maximum" : "exclusiveMaximum", .number(short(upper))))
    }
    return .object(members)
  }

  private func short(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e6 ? "\(Int(value))" : "\(value)"
  }
}
