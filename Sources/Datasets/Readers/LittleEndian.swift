/// Bytes from which numbers are read, the least significant byte first.
struct LittleEndian {
  private let bytes: [UInt8]

  /// The numbers in `bytes`.
  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// The number of bytes.
  var count: Int { bytes.count }

  /// The number of `size` bytes at `position`; negative where eight bytes exceed `Int.max`.
  func number(_ position: Int, _ size: Int) -> Int {
    var result: UInt64 = 0
    for i in (0..<size).reversed() { result = result << 8 | UInt64(bytes[position + i]) }
    return Int(truncatingIfNeeded: result)
  }

  /// The text of `size` bytes at `position`.
  func text(_ position: Int, _ size: Int) -> String {
    String(decoding: bytes[position..<position + size], as: UTF8.self)
  }

  /// The content of the extra field with the identifier `id` among the fields of a ZIP entry.
  func extra(_ id: Int, _ position: Int, _ size: Int) -> Range<Int> {
    var at = position
    let end = position + size
    while at + 4 <= end {
      let length = number(at + 2, 2)
      guard at + 4 + length <= end else { break }
      if number(at, 2) == id { return at + 4..<at + 4 + length }
      at += 4 + length
    }
    return 0..<0
  }

  /// The next eight-byte number of `field`, or nil where it is used up.
  func takeWide(_ field: inout Range<Int>) -> Int? {
    guard field.count >= 8 else { return nil }
    defer { field = field.lowerBound + 8..<field.upperBound }
    return number(field.lowerBound, 8)
  }
}
