extension ConfigurationNode {
  /// An integer of YAML 1.2's core schema without the prefixes for other bases.
  func integer<Value: FixedWidthInteger>(_ type: Value.Type) -> Value? {
    plain.flatMap { Value($0) }
  }

  /// The integers of a list, or of one that stands alone; nil where one is none from `minimum` to
  /// `maximum`.
  func integers(atLeast minimum: Int, atMost maximum: Int) -> [Int]? {
    let elements = list ?? [self]
    let numbers = elements.compactMap { $0.integer(Int.self) }
    guard numbers.count == elements.count,
      numbers.allSatisfy({ (minimum...maximum).contains($0) })
    else { return nil }
    return numbers
  }

  /// A number of YAML 1.2's core schema; infinite where it exceeds the type.
  func number<Value: LosslessStringConvertible>(_ type: Value.Type) -> Value? {
    // Swift also reads "nan", "inf" and hexadecimal numbers, YAML does not.
    guard let plain, plain.utf8.allSatisfy({ "0123456789+-.eE".utf8.contains($0) }) else {
      return nil
    }
    return Value(plain)
  }

  /// The shortest text that reads back as `value`, in the form that every YAML reader knows.
  static func number(_ value: some BinaryFloatingPoint & CustomStringConvertible)
    -> ConfigurationNode
  {
    let isShort = value == value.rounded() && value.magnitude < 1_000_000
    var text = isShort ? "\(Int(value))" : value.description
    // YAML 1.1 wants a point before an exponent.
    if let exponent = text.firstIndex(of: "e"), !text.contains(".") {
      text.insert(contentsOf: ".0", at: exponent)
    }
    return .plain(text)
  }
}

extension ValueCodec where Value: FixedWidthInteger & Sendable {
  /// An integer from `minimum` to `maximum`.
  static func integer(atLeast minimum: Value, atMost maximum: Value) -> ValueCodec {
    .scalar(
      "an integer from \(minimum) to \(maximum)",
      schema: .integer(atLeast: minimum, atMost: maximum),
      read: { node in
        node.integer(Value.self).flatMap { (minimum...maximum).contains($0) ? $0 : nil }
      },
      encode: { .plain("\($0)") })
  }
}

extension ValueCodec<Float> {
  /// A number in `range`.
  static func number(_ range: NumberRange) -> ValueCodec {
    .scalar(
      range.words, schema: range.schema,
      read: { node in node.number(Float.self).flatMap { range.contains(Double($0)) ? $0 : nil } },
      encode: { .number($0) })
  }
}

extension ValueCodec<Double> {
  /// A number in `range`.
  static func number(_ range: NumberRange) -> ValueCodec {
    .scalar(
      range.words, schema: range.schema,
      read: { node in node.number(Double.self).flatMap { range.contains($0) ? $0 : nil } },
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
  static var name: ValueCodec { name(of: Array(Value.allCases)) }
}

extension ValueCodec where Value: RawRepresentable<String> & Sendable {
  /// One of the names of `cases`.
  static func name(of cases: [Value]) -> ValueCodec {
    let names = cases.map(\.rawValue)
    return .scalar(
      names.dropLast().joined(separator: ", ") + " or " + (names.last ?? ""),
      schema: .object([("enum", .array(names.map { .string($0) }))]),
      read: { node in node.text.flatMap { text in cases.first { $0.rawValue == text } } },
      encode: { .plain($0.rawValue) })
  }
}
