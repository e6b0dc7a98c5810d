extension JSONValue {
  /// The value as JSON text: on one line, or `pretty` with one member a line, indented by two spaces.
  ///
  /// Numbers have as few digits as bring the same number back; those that are not finite, which JSON
  /// cannot express, become `null`.
  public func serialized(pretty: Bool = false) -> String {
    var serializer = JSONSerializer(pretty: pretty)
    serializer.add(self, indent: 0)
    return String(decoding: serializer.bytes, as: UTF8.self)
  }
}

/// Writes values as UTF-8.
struct JSONSerializer {
  private(set) var bytes: [UInt8] = []
  private let pretty: Bool

  init(pretty: Bool) { self.pretty = pretty }

  mutating func add(_ value: JSONValue, indent: Int) {
    switch value {
    case .null: add("null")
    case .bool(let value): add(value ? "true" : "false")
    case .integer(let value): add(value.description)
    case .number(let value): add(value.isFinite ? value.description : "null")
    case .string(let value): add(quoted: value)
    case .array(let values):
      // Short lists of plain values read best on one line.
      let onOneLine = values.allSatisfy { $0.array == nil && $0.object == nil }
      addList("[", "]", count: values.count, indent: indent, breaking: pretty && !onOneLine) {
        $0.add(values[$1], indent: indent + 1)
      }
    case .object(let object):
      let members = object.members
      addList("{", "}", count: members.count, indent: indent, breaking: pretty) {
        $0.add(quoted: members[$1].key)
        $0.add($0.pretty ? ": " : ":")
        $0.add(members[$1].value, indent: indent + 1)
      }
    }
  }

  private mutating func addList(
    _ open: String, _ close: String, count: Int, indent: Int, breaking: Bool,
    element: (inout JSONSerializer, Int) -> Void
  ) {
    add(open)
    for i in 0..<count {
      if i > 0 { add(pretty && !breaking ? ", " : ",") }
      if breaking { breakLine(indent + 1) }
      element(&self, i)
    }
    if breaking && count > 0 { breakLine(indent) }
    add(close)
  }

  private mutating func breakLine(_ indent: Int) {
    bytes.append(0x0A)
    bytes.append(contentsOf: repeatElement(0x20, count: 2 * indent))
  }

  private mutating func add(_ text: String) { bytes.append(contentsOf: text.utf8) }

  private mutating func add(quoted text: String) {
    let hex = Array("0123456789abcdef".utf8)
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): add("\\\"")
      case UInt8(ascii: "\\"): add("\\\\")
      case 0x0A: add("\\n")
      case 0x0D: add("\\r")
      case 0x09: add("\\t")
      case 0..<0x20:
        add("\\u00")
        bytes.append(hex[Int(byte >> 4)])
        bytes.append(hex[Int(byte & 15)])
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
