/// A reader of the few Python literals that an NPY header consists of.
struct PythonLiteral {
  /// A value in the dictionary.
  enum Value: Equatable {
    /// A string.
    case text(String)
    /// `True` or `False`.
    case truth(Bool)
    /// A tuple of whole numbers.
    case numbers([Int])
    /// A list, kept unread: the description of records.
    case list
  }

  private let bytes: [UInt8]
  private var position = 0

  /// A reader at the front of `bytes`.
  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// A whole dictionary with string keys, or nil where the text is anything else.
  mutating func dictionary() -> [String: Value]? {
    guard take("{") else { return nil }
    var fields: [String: Value] = [:]
    while !take("}") {
      guard let key = text(), take(":"), let value = value() else { return nil }
      fields[key] = value
      if !take(",") {
        guard take("}") else { return nil }
        break
      }
    }
    skipSpaces()
    return position == bytes.count ? fields : nil
  }

  private mutating func value() -> Value? {
    skipSpaces()
    guard position < bytes.count else { return nil }
    switch bytes[position] {
    case UInt8(ascii: "'"), UInt8(ascii: "\""): return text().map(Value.text)
    case UInt8(ascii: "("): return tuple().map(Value.numbers)
    case UInt8(ascii: "["): return list()
    default:
      if take("True") { return .truth(true) }
      if take("False") { return .truth(false) }
      return nil
    }
  }

  private mutating func text() -> String? {
    skipSpaces()
    guard position < bytes.count else { return nil }
    let quote = bytes[position]
    guard quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else { return nil }
    guard let end = bytes[(position + 1)...].firstIndex(of: quote) else { return nil }
    defer { position = end + 1 }
    return String(decoding: bytes[(position + 1)..<end], as: UTF8.self)
  }

  private mutating func tuple() -> [Int]? {
    guard take("(") else { return nil }
    var numbers: [Int] = []
    while !take(")") {
      guard let number = number() else { return nil }
      numbers.append(number)
      if !take(",") { return take(")") ? numbers : nil }
    }
    return numbers
  }

  private mutating func number() -> Int? {
    skipSpaces()
    let digits = bytes[position...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    position = digits.endIndex
    return Int(String(decoding: digits, as: UTF8.self))
  }

  private mutating func list() -> Value? {
    guard let end = bytes.lastIndex(of: UInt8(ascii: "]")), end > position else { return nil }
    position = end + 1
    return .list
  }

  private mutating func take(_ word: String) -> Bool {
    skipSpaces()
    guard bytes[position...].starts(with: word.utf8) else { return false }
    position += word.utf8.count
    return true
  }

  private mutating func skipSpaces() {
    while position < bytes.count, bytes[position] == 0x20 || bytes[position] == 0x0a {
      position += 1
    }
  }
}
