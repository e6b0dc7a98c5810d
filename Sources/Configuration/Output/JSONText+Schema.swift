extension JSONText {
  /// The schema of an integer from `minimum` to `maximum`.
  static func integer(
    atLeast minimum: some FixedWidthInteger, atMost maximum: some FixedWidthInteger
  ) -> JSONText {
    .object([
      ("type", .string("integer")), ("minimum", .number("\(minimum)")),
      ("maximum", .number("\(maximum)")),
    ])
  }

  /// The schema of one of some texts.
  static func names(_ names: [String]) -> JSONText {
    .object([("enum", .array(names.map { .string($0) }))])
  }

  /// The schema of any text that is not empty.
  static var anyText: JSONText {
    .object([("type", .string("string")), ("minLength", .number("1"))])
  }

  /// The schema of what fits one of several schemas.
  static func alternatives(_ schemas: [JSONText]) -> JSONText {
    .object([("anyOf", .array(schemas))])
  }

  /// The schema of a list of at least one `element`, of exactly `count` where that is given.
  static func list(of element: JSONText, count: Int? = nil) -> JSONText {
    var members: [(String, JSONText)] = [("type", .string("array")), ("items", element)]
    members.append(("minItems", .number("\(count ?? 1)")))
    if let count { members.append(("maxItems", .number("\(count)"))) }
    return .object(members)
  }
}
