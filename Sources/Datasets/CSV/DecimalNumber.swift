/// Decimal numbers as text: a sign, digits, a point, an exponent.
enum DecimalNumber {
  /// What a text is.
  enum Reading: Equatable {
    /// A finite number.
    case number(Double)
    /// NaN, infinity, or a number beyond double precision.
    case notFinite
    /// Something else.
    case text
  }

  /// Reads the whole of `bytes`.
  ///
  /// Up to 15 digits and a power of ten up to 22 are exact in double precision, so one product or
  /// quotient rounds correctly (W. Clinger, "How to Read Floating Point Numbers Accurately", 1990);
  /// all else goes to the standard library.
  static func read(_ bytes: ArraySlice<UInt8>) -> Reading {
    var i = bytes.startIndex
    let end = bytes.endIndex
    guard i < end else { return .text }
    let isNegative = bytes[i] == UInt8(ascii: "-")
    if isNegative || bytes[i] == UInt8(ascii: "+") { i += 1 }
    let digitsStart = i
    var mantissa = 0.0
    var (digits, scale) = (0, 0)
    var sawPoint = false
    while i < end {
      let byte = bytes[i]
      if byte == UInt8(ascii: "."), !sawPoint {
        sawPoint = true
      } else if byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
        mantissa = mantissa * 10 + Double(byte - UInt8(ascii: "0"))
        digits += 1
        if sawPoint { scale -= 1 }
      } else {
        break
      }
      i += 1
    }
    guard digits > 0 else { return special(bytes[digitsStart...]) }
    if i < end {
      guard bytes[i] | 0x20 == UInt8(ascii: "e"), let exponent = exponent(bytes[(i + 1)...]) else {
        return .text
      }
      scale += exponent
    }
    if digits <= 15, abs(scale) <= 22 {
      let value = scale < 0 ? mantissa / powersOfTen[-scale] : mantissa * powersOfTen[scale]
      return .number(isNegative ? -value : value)
    }
    guard let value = Double(String(decoding: bytes, as: UTF8.self)) else { return .text }
    return value.isFinite ? .number(value) : .notFinite
  }

  /// The exponent, kept within bounds that are already infinity or zero; nil for other text.
  private static func exponent(_ bytes: ArraySlice<UInt8>) -> Int? {
    var i = bytes.startIndex
    guard i < bytes.endIndex else { return nil }
    let isNegative = bytes[i] == UInt8(ascii: "-")
    if isNegative || bytes[i] == UInt8(ascii: "+") { i += 1 }
    guard i < bytes.endIndex else { return nil }
    var value = 0
    while i < bytes.endIndex {
      guard bytes[i] >= UInt8(ascii: "0"), bytes[i] <= UInt8(ascii: "9") else { return nil }
      value = min(value * 10 + Int(bytes[i] - UInt8(ascii: "0")), 1_000_000)
      i += 1
    }
    return isNegative ? -value : value
  }

  private static func special(_ bytes: ArraySlice<UInt8>) -> Reading {
    guard bytes.count == 3 || bytes.count == 8 else { return .text }
    let word = String(decoding: bytes.map { $0 | 0x20 }, as: UTF8.self)
    return ["nan", "inf", "infinity"].contains(word) ? .notFinite : .text
  }

  private static let powersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]
}
