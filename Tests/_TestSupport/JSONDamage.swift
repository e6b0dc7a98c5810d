import Formats

/// Every single change of a JSON document that a test tries: each value removed, emptied, doubled, or
/// replaced by one of another kind or size.
public enum JSONDamage {
  /// A damaged document and what was done to it.
  public struct Variant: Sendable, CustomStringConvertible {
    /// Where, and what stands there now.
    public let description: String
    /// The document.
    public let document: JSONValue
  }

  /// The integers that sizes and counts are replaced by.
  public static let integers: [Int64] = [
    -1, 0, 1 << 31, (1 << 53) + 1, 1 << 62, .max,
  ]

  private static let others: [(String, JSONValue)] =
    integers.map { ("\($0)", .integer($0)) } + [
      ("null", .null), ("[]", .array([])), ("{}", .object(JSONObject())), ("\"\"", ""),
      ("1e308", 1e308), ("0.5", 0.5), ("true", true),
    ]

  /// The variants of `document`.
  public static func variants(of document: JSONValue) -> [Variant] {
    var found: [Variant] = []
    walk(document, "") { path, value in
      found.append(Variant(description: path, document: value))
    }
    return found
  }

  private static func walk(
    _ value: JSONValue, _ path: String, _ add: (String, JSONValue) -> Void
  ) {
    for (name, other) in others where other != value { add("\(path) = \(name)", other) }
    switch value {
    case .object(let object):
      for (key, inner) in object.members {
        func replaced(_ value: JSONValue?) -> JSONValue {
          var changed = object
          changed[key] = value
          return .object(changed)
        }
        add("\(path).\(key) removed", replaced(nil))
        walk(inner, "\(path).\(key)") { add($0, replaced($1)) }
      }
    case .array(let elements):
      guard let last = elements.last else { return }
      add("\(path) longer", .array(elements + [last]))
      add("\(path) shorter", .array(Array(elements.dropLast())))
      // Elements are alike: the ends stand for all.
      for index in Set([0, elements.count - 1]).sorted() {
        walk(elements[index], "\(path)[\(index)]") { description, inner in
          var changed = elements
          changed[index] = inner
          add(description, .array(changed))
        }
      }
    case .null, .bool, .integer, .number, .string: break
    }
  }
}
