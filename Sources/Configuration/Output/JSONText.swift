/// A JSON value with keys in the order in which they were added, so that files stay comparable.
indirect enum JSONText: Sendable {
  case string(String)
  /// A number as it is to be written.
  case number(String)
  case bool(Bool)
  case array([JSONText])
  case object([(String, JSONText)])

  /// The text, indented by two blanks a level; values without parts share a line where they fit.
  func text(indent: Int = 0) -> String {
    let short = line
    if indent + short.utf8.count <= 96 { return short }
    let inner = String(repeating: " ", count: indent + 2)
    let outer = String(repeating: " ", count: indent)
    switch self {
    case .array(let elements):
      let parts = elements.map { inner + $0.text(indent: indent + 2) }
      return "[\n" + parts.joined(separator: ",\n") + "\n\(outer)]"
    case .object(let members):
      let parts = members.map {
        inner + JSONText.quote($0.0) + ": " + $0.1.text(indent: indent + 2)
      }
      return "{\n" + parts.joined(separator: ",\n") + "\n\(outer)}"
    default: return short
    }
  }

  /// The text on one line.
  private var line: String {
    switch self {
    case .string(let text): JSONText.quote(text)
    case .number(let text): text
    case .bool(let value): value ? "true" : "false"
    case .array(let elements): "[" + elements.map(\.line).joined(separator: ", ") + "]"
    case .object(let members):
      members.isEmpty
        ? "{}"
        : "{ "
          + members.map { JSONText.quote($0.0) + ": " + $0.1.line }.joined(separator: ", ") + " }"
    }
  }

  /// `text` in double quotes, with the escapes that JSON and YAML share.
  static func quote(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _
      where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
        || scalar.value == 0x2028 || scalar.value == 0x2029 || scalar.value == 0xFEFF:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
