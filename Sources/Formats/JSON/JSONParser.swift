extension JSONValue {
  /// How deeply arrays and objects may be nested unless said otherwise.
  public static let defaultDepthLimit = 64

  /// The value written in `bytes`, which hold nothing else but white space.
  ///
  /// Strict RFC 8259; beyond it, a name that comes twice in one object is an error, and so is a
  /// number beyond the range of `Double`. Names are compared as Swift compares texts: two spellings
  /// of one accented letter are the same name.
  public init(parsing bytes: [UInt8], depthLimit: Int = defaultDepthLimit) throws(JSONError) {
    var parser = JSONParser(bytes: bytes, depthLimit: depthLimit)
    self = try parser.document()
  }

  /// The value written in `text`.
  public init(parsing text: String, depthLimit: Int = defaultDepthLimit) throws(JSONError) {
    try self.init(parsing: Array(text.utf8), depthLimit: depthLimit)
  }
}

/// A recursive-descent parser of RFC 8259; its depth, and so its stack, is bounded.
struct JSONParser {
  let bytes: [UInt8]
  let depthLimit: Int
  private var position = 0
  private var depth = 0

  init(bytes: [UInt8], depthLimit: Int) {
    self.bytes = bytes
    self.depthLimit = depthLimit
  }

  mutating func document() throws(JSONError) -> JSONValue {
    do {
      _ = try UTF8Span(validating: bytes.span)
    } catch {
      throw JSONError(.notUTF8, at: error.byteOffsets.lowerBound)
    }
    skipSpace()
    let value = try value()
    skipSpace()
    guard position == bytes.count else { throw JSONError(.trailingText, at: position) }
    return value
  }

  private mutating func value() throws(JSONError) -> JSONValue {
    switch try peek() {
    case UInt8(ascii: "{"): return .object(try object())
    case UInt8(ascii: "["): return .array(try array())
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    case let other: throw JSONError(.unexpectedCharacter(other), at: position)
    }
  }

  private mutating func object() throws(JSONError) -> JSONObject {
    try enter()
    var object = JSONObject()
    if try !closes(with: UInt8(ascii: "}")) {
      repeat {
        skipSpace()
        let start = position
        let key = try string()
        guard object[key] == nil else { throw JSONError(.duplicateKey(key), at: start) }
        skipSpace()
        try expect(UInt8(ascii: ":"))
        skipSpace()
        object[key] = try value()
      } while try continues(until: UInt8(ascii: "}"))
    }
    depth -= 1
    return object
  }

  private mutating func array() throws(JSONError) -> [JSONValue] {
    try enter()
    var array: [JSONValue] = []
    if try !closes(with: UInt8(ascii: "]")) {
      repeat {
        skipSpace()
        array.append(try value())
      } while try continues(until: UInt8(ascii: "]"))
    }
    depth -= 1
    return array
  }

  /// Steps over the opening bracket.
  private mutating func enter() throws(JSONError) {
    guard depth < depthLimit else { throw JSONError(.tooDeep(limit: depthLimit), at: position) }
    depth += 1
    position += 1
  }

  /// Steps over `bracket` if nothing else comes first.
  private mutating func closes(with bracket: UInt8) throws(JSONError) -> Bool {
    skipSpace()
    guard try peek() == bracket else { return false }
    position += 1
    return true
  }

  /// Steps over a comma (true) or the closing `bracket` (false).
  private mutating func continues(until bracket: UInt8) throws(JSONError) -> Bool {
    skipSpace()
    if try peek() == UInt8(ascii: ",") {
      position += 1
      return true
    }
    try expect(bracket)
    return false
  }

  private mutating func string() throws(JSONError) -> String {
    try expect(UInt8(ascii: "\""))
    var text: [UInt8] = []
    while true {
      let byte = try peek()
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"):
        text.append(contentsOf: String(try escape()).utf8)
      case 0..<0x20:
        throw JSONError(.controlCharacter(byte), at: position)
      default:
        text.append(byte)
        position += 1
      }
    }
  }

  private mutating func escape() throws(JSONError) -> Unicode.Scalar {
    let start = position
    position += 1
    let letter = try peek()
    position += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(letter)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): break
    default: throw JSONError(.invalidEscape, at: start)
    }
    var code = try fourHexDigits(from: start)
    if (0xD800..<0xDC00).contains(code), position + 1 < bytes.count,
      bytes[position] == UInt8(ascii: "\\"), bytes[position + 1] == UInt8(ascii: "u")
    {
      position += 2
      let low = try fourHexDigits(from: start)
      guard (0xDC00..<0xE000).contains(low) else { throw JSONError(.invalidEscape, at: start) }
      code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(code) else { throw JSONError(.invalidEscape, at: start) }
    return scalar
  }

  private mutating func fourHexDigits(from start: Int) throws(JSONError) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      let byte = try peek()
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
        throw JSONError(.invalidEscape, at: start)
      }
      code = code << 4 + UInt32(digit)
      position += 1
    }
    return code
  }

  /// number = [ "-" ] ( "0" / digit1-9 *digit ) [ "." 1*digit ] [ ( "e" / "E" ) [ sign ] 1*digit ]
  private mutating func number() throws(JSONError) -> JSONValue {
    let start = position
    let negative = takes(UInt8(ascii: "-"))
    let leading = position
    guard digits() > 0, bytes[leading] != UInt8(ascii: "0") || position == leading + 1 else {
      throw JSONError(.invalidNumber, at: start)
    }
    var isInteger = true
    if takes(UInt8(ascii: ".")) {
      isInteger = false
      guard digits() > 0 else { throw JSONError(.invalidNumber, at: start) }
    }
    if takes(UInt8(ascii: "e")) || takes(UInt8(ascii: "E")) {
      isInteger = false
      if !takes(UInt8(ascii: "+")) { _ = takes(UInt8(ascii: "-")) }
      guard digits() > 0 else { throw JSONError(.invalidNumber, at: start) }
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    // Minus zero is a number, since no integer keeps its sign.
    if isInteger, let value = Int64(text), !(negative && value == 0) { return .integer(value) }
    guard let value = Double(text), value.isFinite else {
      throw JSONError(.invalidNumber, at: start)
    }
    return .number(value)
  }

  /// Steps over digits and counts them.
  private mutating func digits() -> Int {
    let start = position
    while position < bytes.count, bytes[position] &- UInt8(ascii: "0") < 10 { position += 1 }
    return position - start
  }

  /// Steps over `byte` if it comes next.
  private mutating func takes(_ byte: UInt8) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  private mutating func word(_ word: String, _ value: JSONValue) throws(JSONError) -> JSONValue {
    for byte in word.utf8 { try expect(byte) }
    return value
  }

  private mutating func expect(_ byte: UInt8) throws(JSONError) {
    let found = try peek()
    guard found == byte else { throw JSONError(.unexpectedCharacter(found), at: position) }
    position += 1
  }

  private func peek() throws(JSONError) -> UInt8 {
    guard position < bytes.count else { throw JSONError(.unexpectedEnd, at: position) }
    return bytes[position]
  }

  private mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x09, 0x0A, 0x0D: position += 1
      default: return
      }
    }
  }
}
