import Tensors

/// How one number is written in an array file.
public struct ElementFormat: Hashable, Sendable {
  /// The kind of number.
  public enum Kind: String, Sendable {
    /// One byte, 0 or 1.
    case bool
    /// An unsigned byte.
    case uint8
    /// A signed byte.
    case int8
    /// A signed number of two bytes.
    case int16
    /// An unsigned number of two bytes.
    case uint16
    /// An unsigned number of four bytes.
    case uint32
    /// A signed number of four bytes.
    case int32
    /// A signed number of eight bytes.
    case int64
    /// IEEE 754 single precision.
    case float32
    /// IEEE 754 double precision.
    case float64
  }

  /// The kind of number.
  public let kind: Kind
  /// Whether the most significant byte comes first.
  public let isBigEndian: Bool

  /// A format of the given properties.
  public init(_ kind: Kind, bigEndian: Bool = false) {
    self.kind = kind
    isBigEndian = bigEndian
  }

  /// The number of bytes.
  public var size: Int {
    switch kind {
    case .bool, .uint8, .int8: 1
    case .int16, .uint16: 2
    case .int32, .uint32, .float32: 4
    case .int64, .float64: 8
    }
  }

  /// Whether values may be fractional, infinite or NaN.
  public var isFloatingPoint: Bool { kind == .float32 || kind == .float64 }

  /// Whether the bytes themselves are the values.
  var isByte: Bool { kind == .uint8 || kind == .bool }

  /// Whether values may have more digits than single precision holds.
  var isWide: Bool { kind == .int32 || kind == .int64 || kind == .float64 }

  /// Writes the numbers in `bytes` to `output`; integers beyond 2^53 are rounded.
  ///
  /// - Precondition: `bytes` holds exactly `output.count` numbers.
  func decode(_ bytes: Span<UInt8>, toDoubles output: inout MutableSpan<Double>) {
    precondition(
      bytes.count == output.count * size, "\(bytes.count) bytes for \(output.count) numbers")
    switch kind {
    case .float64: decodeWideFloat64(bytes, to: &output, swapped: isBigEndian)
    case .int64: decodeWideInt64(bytes, to: &output, swapped: isBigEndian)
    case .int32: decodeWideInt32(bytes, to: &output, swapped: isBigEndian)
    default:
      let storage = FloatStorage(count: output.count)
      var singles = storage.mutableSpan
      decode(bytes, to: &singles)
      for i in 0..<output.count { output[i] = Double(singles[i]) }
    }
  }

  /// Writes the numbers in `bytes` to `output`, rounded to single precision.
  ///
  /// - Precondition: `bytes` holds exactly `output.count` numbers.
  func decode(_ bytes: Span<UInt8>, to output: inout MutableSpan<Float>) {
    precondition(
      bytes.count == output.count * size, "\(bytes.count) bytes for \(output.count) numbers")
    switch kind {
    case .bool, .uint8: decodeUInt8(bytes, to: &output)
    case .int8: decodeInt8(bytes, to: &output)
    case .int16: decodeInt16(bytes, to: &output, swapped: isBigEndian)
    case .uint16: decodeUInt16(bytes, to: &output, swapped: isBigEndian)
    case .uint32: decodeUInt32(bytes, to: &output, swapped: isBigEndian)
    case .int32: decodeInt32(bytes, to: &output, swapped: isBigEndian)
    case .int64: decodeInt64(bytes, to: &output, swapped: isBigEndian)
    case .float32: decodeFloat32(bytes, to: &output, swapped: isBigEndian)
    case .float64: decodeFloat64(bytes, to: &output, swapped: isBigEndian)
    }
  }
}

private func decodeUInt8(_ bytes: Span<UInt8>, to output: inout MutableSpan<Float>) {
  let n = output.count
  precondition(bytes.count == n)
  for i in 0..<n { output[i] = Float(bytes[i]) }
}

private func decodeInt8(_ bytes: Span<UInt8>, to output: inout MutableSpan<Float>) {
  let n = output.count
  precondition(bytes.count == n)
  for i in 0..<n { output[i] = Float(Int8(bitPattern: bytes[i])) }
}

private func decodeInt16(
  _ bytes: Span<UInt8>, to output: inout MutableSpan<Float>, swapped: Bool
) {
  for i in 0..<output.count {
    let word = UInt16(bytes[2 &* i]) | UInt16(bytes[2 &* i &+ 1]) << 8
    output[i] = Float(Int16(bitPattern: swapped ? word.byteSwapped : word))
  }
}

private func decodeUInt16(
  _ bytes: Span<UInt8>, to output: inout MutableSpan<Float>, swapped: Bool
) {
  for i in 0..<output.count {
    let word = UInt16(bytes[2 &* i]) | UInt16(bytes[2 &* i &+ 1]) << 8
    output[i] = Float(swapped ? word.byteSwapped : word)
  }
}

private func decodeUInt32(
  _ bytes: Span<UInt8>, to output: inout MutableSpan<Float>, swapped: Bool
) {
  for i in 0..<output.count {
    let word = word32(bytes, 4 &* i)
    output[i] = Float(swapped ? word.byteSwapped : word)
  }
}

private func decodeInt32(
  _ bytes: Span<UInt8>, to output: inout MutableSpan<Float>, swapped: Bool
) {
  for i in 0..<output.count {
    let word = word32(bytes, 4 &* i)
    output[i] = Float(Int32(bitPattern: swapped ? word.byteSwapped : word))
  }
}

private func decodeInt64(
  _ bytes: Span<UInt8>, to output: inout MutableSpan<Float>, swapped: Bool
) {
  for i in 0..<output.count {
    let word = word64(bytes, 8 &* i)
    output[i] = Float(Int64(bitPattern: swapped ? word.byteSwapped : word))
  }
}

private func decodeFloat32(
  _ bytes: Span<UInt8>, to output: inout MutableSpan<Float>, swapped: Bool
) {
  for i in 0..<output.count {
    let word = word32(bytes, 4 &* i)
    output[i] = Float(bitPattern: swapped ? word.byteSwapped : word)
  }
}

private func decodeFloat64(
  _ bytes: Span<UInt8>, to output: inout MutableSpan<Float>, swapped: Bool
) {
  for i in 0..<output.count {
    let word = word64(bytes, 8 &* i)
    output[i] = Float(Double(bitPattern: swapped ? word.byteSwapped : word))
  }
}

private func decodeWideInt32(
  _ bytes: Span<UInt8>, to output: inout MutableSpan<Double>, swapped: Bool
) {
  for i in 0..<output.count {
    let word = word32(bytes, 4 &* i)
    output[i] = Double(Int32(bitPattern: swapped ? word.byteSwapped : word))
  }
}

private func decodeWideInt64(
  _ bytes: Span<UInt8>, to output: inout MutableSpan<Double>, swapped: Bool
) {
  for i in 0..<output.count {
    let word = word64(bytes, 8 &* i)
    output[i] = Double(Int64(bitPattern: swapped ? word.byteSwapped : word))
  }
}

private func decodeWideFloat64(
  _ bytes: Span<UInt8>, to output: inout MutableSpan<Double>, swapped: Bool
) {
  for i in 0..<output.count {
    let word = word64(bytes, 8 &* i)
    output[i] = Double(bitPattern: swapped ? word.byteSwapped : word)
  }
}

/// Four bytes as a little-endian number; the compiler makes one load of it.
@inline(__always)
private func word32(_ bytes: Span<UInt8>, _ at: Int) -> UInt32 {
  UInt32(bytes[at]) | UInt32(bytes[at &+ 1]) << 8 | UInt32(bytes[at &+ 2]) << 16
    | UInt32(bytes[at &+ 3]) << 24
}

/// Eight bytes as a little-endian number.
@inline(__always)
private func word64(_ bytes: Span<UInt8>, _ at: Int) -> UInt64 {
  UInt64(word32(bytes, at)) | UInt64(word32(bytes, at &+ 4)) << 32
}
