/// Why bytes are not JSON, and at which byte.
public struct JSONError: Error, Hashable, CustomStringConvertible {
  /// What is wrong.
  public enum Reason: Hashable, Sendable {
    /// The bytes are not UTF-8.
    case notUTF8
    /// The text ends within a value.
    case unexpectedEnd
    /// A character that cannot stand there.
    case unexpectedCharacter(UInt8)
    /// Arrays and objects nested more deeply than allowed.
    case tooDeep(limit: Int)
    /// A name that the object has already.
    case duplicateKey(String)
    /// A number that is malformed or too large for a `Double`.
    case invalidNumber
    /// A backslash followed by something that is no escape, or half a surrogate pair.
    case invalidEscape
    /// A control character that must be escaped.
    case controlCharacter(UInt8)
    /// More text after the value.
    case trailingText
  }

  /// What is wrong.
  public let reason: Reason
  /// The byte at which it shows, counted from 0.
  public let offset: Int

  /// An error at the byte `offset`.
  public init(_ reason: Reason, at offset: Int) {
    self.reason = reason
    self.offset = offset
  }

  /// One sentence without the name of the file.
  public var description: String {
    let what =
      switch reason {
      case .notUTF8: "the text is not UTF-8"
      case .unexpectedEnd: "the text ends within a value"
      case .unexpectedCharacter(let byte): "unexpected \(JSONError.name(of: byte))"
      case .tooDeep(let limit): "nested more than \(limit) levels deep"
      case .duplicateKey(let key): "the name \"\(key)\" comes twice"
      case .invalidNumber: "malformed or too large a number"
      case .invalidEscape: "malformed escape in a string"
      case .controlCharacter(let byte): "unescaped control character \(byte) in a string"
      case .trailingText: "more text after the value"
      }
    return "not valid JSON at byte \(offset): \(what)"
  }

  private static func name(of byte: UInt8) -> String {
    (0x21...0x7E).contains(byte) ? "'\(Character(Unicode.Scalar(byte)))'" : "byte \(byte)"
  }
}
