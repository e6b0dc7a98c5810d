import Testing

@testable import Formats

@Suite struct JSONParserTests {
  static let valid: [(String, JSONValue)] = [
    ("null", nil), ("true", true), ("false", false), (" \t\r\n 1 \n", 1),
    ("0", 0), ("-0", .number(-0.0)), ("-7", -7), ("9223372036854775807", .integer(.max)),
    ("-9223372036854775808", .integer(.min)), ("9223372036854775808", .number(0x1p63)),
    ("1.0", .number(1)), ("1e3", .number(1000)), ("1E+3", .number(1000)),
    ("5e-324", .number(.leastNonzeroMagnitude)),
    ("1e-400", .number(0)), ("\"\"", ""), (#""a\"\\\/\b\f\n\r\t""#, "a\"\\/\u{8}\u{C}\n\r\t"),
    (#""\u00e4\u4E2d\uD83D\uDE00""#, "ä中😀"), ("\"ä中😀\"", "ä中😀"), (#""\u0000""#, "\0"),
    ("[]", []), ("[ 1 , [ ] , {} ]", [1, [], [:]]),
    (#"{ "a" : 1 , "b" : { "a" : null } }"#, ["a": 1, "b": ["a": nil]]),
  ]

  @Test(arguments: valid)
  func validTextIsRead(text: String, value: JSONValue) throws {
    #expect(try JSONValue(parsing: text) == value)
  }

  static let invalid: [(String, JSONError.Reason, Int)] = [
    ("", .unexpectedEnd, 0), ("  ", .unexpectedEnd, 2), ("[1", .unexpectedEnd, 2),
    ("[1,", .unexpectedEnd, 3), ("{\"a\"", .unexpectedEnd, 4), ("{\"a\":", .unexpectedEnd, 5),
    ("\"abc", .unexpectedEnd, 4), ("tru", .unexpectedEnd, 3), ("\"\\", .unexpectedEnd, 2),
    ("\"\\u12", .unexpectedEnd, 5), ("nulL", .unexpectedCharacter(76), 3),
    ("[1,]", .unexpectedCharacter(93), 3), ("[,1]", .unexpectedCharacter(44), 1),
    ("{1:2}", .unexpectedCharacter(49), 1), ("{\"a\" 1}", .unexpectedCharacter(49), 5),
    ("{\"a\":1,}", .unexpectedCharacter(125), 7), ("[1}", .unexpectedCharacter(125), 2),
    ("NaN", .unexpectedCharacter(78), 0), ("+1", .unexpectedCharacter(43), 0),
    ("'a'", .unexpectedCharacter(39), 0), ("// x", .unexpectedCharacter(47), 0),
    ("1 2", .trailingText, 2), ("{}{}", .trailingText, 2), ("01", .invalidNumber, 0),
    ("-", .invalidNumber, 0), ("1.", .invalidNumber, 0), (".5", .unexpectedCharacter(46), 0),
    ("1e", .invalidNumber, 0), ("1e+", .invalidNumber, 0), ("-Infinity", .invalidNumber, 0),
    ("1e400", .invalidNumber, 0), ("[-1e999]", .invalidNumber, 1), ("0x10", .trailingText, 1),
    ("\"\\x\"", .invalidEscape, 1), ("\"\\u12g4\"", .invalidEscape, 1),
    ("\"\\ud800\"", .invalidEscape, 1), ("\"\\udc00\"", .invalidEscape, 1),
    ("\"\\ud800\\u0041\"", .invalidEscape, 1), ("\"\n\"", .controlCharacter(10), 1),
    ("\"\0\"", .controlCharacter(0), 1), ("{\"a\":1,\"a\":1}", .duplicateKey("a"), 7),
    ("{\"a\":1,\"\\u0061\":2}", .duplicateKey("a"), 7),
  ]

  @Test(arguments: invalid)
  func invalidTextIsRefusedAtItsByte(text: String, reason: JSONError.Reason, offset: Int) {
    #expect(throws: JSONError(reason, at: offset)) { try JSONValue(parsing: text) }
  }

  @Test(arguments: [[0x22, 0xFF, 0x22], [0x22, 0xC3, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22]])
  func textThatIsNotUTF8IsRefused(bytes: [UInt8]) {
    #expect(throws: JSONError(.notUTF8, at: 1)) { try JSONValue(parsing: bytes) }
  }

  @Test func theDepthIsLimited() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    _ = try JSONValue(parsing: nested(JSONValue.defaultDepthLimit))
    #expect(throws: JSONError(.tooDeep(limit: 64), at: 64)) { try JSONValue(parsing: nested(65)) }
    #expect(throws: JSONError(.tooDeep(limit: 2), at: 2)) {
      try JSONValue(parsing: nested(3), depthLimit: 2)
    }
    #expect(throws: JSONError(.tooDeep(limit: 64), at: 64 * 5)) {
      try JSONValue(parsing: String(repeating: "{\"a\":", count: 1_000_000))
    }
  }

  @Test func everyPrefixIsRefused() throws {
    let text = Array(#"{"ä\n":[1,-2.5e3,"x",true,null,{"b":[]}],"c":"\ud83d\ude00"}"#.utf8)
    _ = try JSONValue(parsing: text)
    for count in 0..<text.count {
      #expect(throws: JSONError.self, "\(count) bytes") {
        try JSONValue(parsing: Array(text[..<count]))
      }
    }
  }

  @Test func messagesNameTheByte() {
    #expect(
      JSONError(.unexpectedCharacter(UInt8(ascii: "}")), at: 7).description
        == "not valid JSON at byte 7: unexpected '}'")
  }
}
