/// The interval in which a number must lie.
struct NumberRange: Sendable {
  var lower: Float?
  var upper: Float?
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

  func contains(_ value: Float) -> Bool {
    guard value.isFinite else { return false }
    if let lower, includesLower ? value < lower : value <= lower { return false }
    if let upper, includesUpper ? value > upper : value >= upper { return false }
    return true
  }

  var words: String {
    var words = ""
    if let lower { words += includesLower ? ", at least \(short(lower))" : " above \(short(lower))" }
    if let upper {
      words += (lower == nil ? "" : " and") + (includesUpper ? " at most" : " below")
      words += " \(short(upper))"
    }
    return lower == nil && upper == nil ? "a finite number" : "a number" + words
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

  private func short(_ value: Float) -> String {
    value == value.rounded() && abs(value) < 1e6 ? "\(Int(value))" : "\(value)"
  }
}

extension ConfigurationNode {
  /// An integer of YAML 1.2's core schema without the prefixes for other bases.
  func integer<Value: FixedWidthInteger>(_ type: Value.Type) -> Value? { plain.flatMap { Value($0) } }

  /// A number of YAML 1.2's core schema; infinite where it exceeds single precision.
  var float: Float? {
    guard let plain, plain.utf8.allSatisfy({ "0123456789+-.eE".utf8.contains($0) }) else {
      return nil
    }
    return Float(plain)
  }

  /// The shortest text that reads back as `value`, in the form that every YAML reader knows.
  static func number(_ value: Float) -> ConfigurationNode {
    var text = value == value.rounded() && abs(value) < 1e6 ? "\(Int(value))" : "\(value)"
    // YAML 1.1 wants a point before an exponent.
    if let exponent = text.firstIndex(of: "e"), !text.contains(".") {
      text.insert(contentsOf: ".0", at: exponent)
    }
    return .plain(text)
  }
}

extension ValueCodec where Value: FixedWidthInteger & Sendable {
  /// An integer of at least `minimum`.
  static func integer(atLeast minimum: Value) -> ValueCodec {
    .scalar(
      "an integer, at least \(minimum)",
      schema: .object([("type", .string("integer")), ("minimum", .number("\(minimum)"))]),
      read: { node in node.integer(Value.self).flatMap { $0 >= minimum ? $0 : nil } },
      encode: { .plain("\($0)") })
  }
}

extension ValueCodec<Float> {
  /// A number in `range`.
  static func number(_ range: NumberRange) -> ValueCodec {
    .scalar(
      range.words, schema: range.schema,
      read: { node in node.float.flatMap { range.contains($0) ? $0 : nil } },
      encode: { .number($0) })
  }
}

extension ValueCodec<Bool> {
  /// `true` or `false`.
  static var truth: ValueCodec {
    .scalar(
      "true or false", schema: .object([("type", .string("boolean"))]),
      read: { node in
        switch node.plain {
        case "true", "True", "TRUE": true
        case "false", "False", "FALSE": false
        default: nil
        }
      },
      encode: { .plain($0 ? "true" : "false") })
  }
}

extension ValueCodec<String> {
  /// A text that is not empty; `words` say what it names.
  static func text(_ words: String) -> ValueCodec {
    .scalar(
      words, schema: .object([("type", .string("string")), ("minLength", .number("1"))]),
      read: { node in node.text.flatMap { $0.isEmpty ? nil : $0 } },
      encode: { .text($0) })
  }
}

extension ValueCodec where Value: RawRepresentable<String> & CaseIterable & Sendable {
  /// One of the names of an enumeration.
  static var name: ValueCodec {
    let names = Value.allCases.map(\.rawValue)
    return .scalar(
      names.dropLast().joined(separator: ", ") + " or " + (names.last ?? ""),
      schema: .object([("enum", .array(names.map { .string($0) }))]),
      read: { node in node.text.flatMap(Value.init(rawValue:)) },
      encode: { .plain($0.rawValue) })
  }
}
