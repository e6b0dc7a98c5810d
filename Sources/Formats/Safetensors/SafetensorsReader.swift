import Tensors

#if !_endian(little)
  #error(
    "The tensors of a safetensors file are read as they stand, which needs little-endian words.")
#endif

/// A safetensors file, opened and checked; its tensors are read one by one, in pieces.
///
/// The file is read, not mapped: one that shrinks meanwhile is an error and not a signal.
public final class SafetensorsReader {
  /// The path, as given.
  public var path: String { file.path }
  /// The tensors and metadata.
  public let header: SafetensorsHeader

  let file: OpenFile
  let dataStart: Int

  /// Opens `path` and checks its header against its size.
  ///
  /// - Throws: `unreadable`, or `badContent` whose `cause` is a ``SafetensorsError``.
  public init(path: String) throws(FileError) {
    file = try OpenFile.reading(path)
    let status = try file.status()
    guard status.kind == .file else {
      let found = status.kind == .folder ? "a folder" : "a device or a pipe"
      throw FileError(.unreadable, path, "is \(found), not a file; name a safetensors file")
    }
    let prefix = try file.bytes(at: 0, count: min(8, status.size))
    do throws(SafetensorsError) {
      dataStart = 8 + (try SafetensorsHeader.byteCount(prefix: prefix, fileSize: status.size))
    } catch {
      throw FileError(badContent: path, error)
    }
    let json = try file.bytes(at: 8, count: dataStart - 8)
    do throws(SafetensorsError) {
      header = try SafetensorsHeader(parsing: json, dataSize: status.size - dataStart)
    } catch {
      throw FileError(badContent: path, error)
    }
  }

  /// The texts that the file carries.
  public var metadata: [String: String] { header.metadata }

  /// The tensor `name`.
  ///
  /// - Throws: `badContent` where the file has none, or, with `shape`, one of another shape.
  public func tensor(_ name: String, shape: Shape? = nil) throws(FileError) -> SafetensorsTensor {
    guard let tensor = header[name] else {
      throw FileError(badContent: path, SafetensorsError.missingTensor(name))
    }
    if let shape, shape != tensor.shape {
      throw FileError(
        badContent: path,
        SafetensorsError.wrongShape(tensor: name, expected: shape, found: tensor.shape))
    }
    return tensor
  }

  /// Reads the tensor `name` into `values`; other element types are converted to single precision,
  /// rounded to nearest where they have more digits.
  ///
  /// - Parameter shape: the shape that the tensor must have; nil takes any of that many elements.
  /// - Precondition: `values` has as many elements as the tensor.
  public func read(
    _ name: String, shape: Shape? = nil, into values: inout MutableSpan<Float>
  ) throws(FileError) {
    let tensor = try tensor(name, shape: shape)
    switch tensor.element {
    case .float32: try readAsStored(tensor, into: &values)
    case .float64: try convert(tensor, zero: Double(0), into: &values) { Float($0) }
    case .float16: try convert(tensor, zero: UInt16(0), into: &values) { Float(halfPrecision: $0) }
    case .bfloat16:
      try convert(tensor, zero: UInt16(0), into: &values) { Float(bitPattern: UInt32($0) << 16) }
    case .int64: try convert(tensor, zero: Int64(0), into: &values) { Float($0) }
    case .int32: try convert(tensor, zero: Int32(0), into: &values) { Float($0) }
    case .int16: try convert(tensor, zero: Int16(0), into: &values) { Float($0) }
    case .int8: try convert(tensor, zero: Int8(0), into: &values) { Float($0) }
    case .uint64: try convert(tensor, zero: UInt64(0), into: &values) { Float($0) }
    case .uint32: try convert(tensor, zero: UInt32(0), into: &values) { Float($0) }
    case .uint16: try convert(tensor, zero: UInt16(0), into: &values) { Float($0) }
    case .uint8, .bool: try convert(tensor, zero: UInt8(0), into: &values) { Float($0) }
    }
  }

  /// Reads the tensor `name`, whose elements must be of type `Scalar`, into `values`.
  ///
  /// - Precondition: `values` has as many elements as the tensor.
  public func readExactly<Scalar: SafetensorsScalar>(
    _ name: String, shape: Shape? = nil, into values: inout MutableSpan<Scalar>
  ) throws(FileError) {
    let tensor = try tensor(name, shape: shape)
    guard tensor.element == Scalar.element else {
      throw FileError(
        badContent: path, SafetensorsError.wrongElement(tensor: name, found: tensor.element))
    }
    try readAsStored(tensor, into: &values)
  }

  private func readAsStored<Scalar: SafetensorsScalar>(
    _ tensor: SafetensorsTensor, into values: inout MutableSpan<Scalar>
  ) throws(FileError) {
    precondition(values.count == tensor.shape.count, "\(values.count) for \(tensor.shape)")
    var bytes = values.mutableBytes
    try file.read(at: dataStart + tensor.range.lowerBound, into: &bytes)
  }

  private func convert<Stored: BitwiseCopyable>(
    _ tensor: SafetensorsTensor, zero: Stored, into values: inout MutableSpan<Float>,
    _ toFloat: (Stored) -> Float
  ) throws(FileError) {
    let count = tensor.shape.count
    precondition(values.count == count, "\(values.count) for \(tensor.shape)")
    var piece = [Stored](repeating: zero, count: min(count, 1 << 14))
    var done = 0
    while done < count {
      piece.removeLast(max(0, done + piece.count - count))
      var span = piece.mutableSpan
      var bytes = span.mutableBytes
      try file.read(
        at: dataStart + tensor.range.lowerBound + done * MemoryLayout<Stored>.stride, into: &bytes)
      for i in 0..<piece.count { values[done + i] = toFloat(piece[i]) }
      done += piece.count
    }
  }
}

extension Float {
  /// The value of an IEEE 754 half-precision pattern, which is always exact.
  init(halfPrecision bits: UInt16) {
    let sign: Float = bits & 0x8000 == 0 ? 1 : -1
    let exponent = Int(bits >> 10 & 0x1F)
    let fraction = UInt32(bits & 0x3FF)
    switch exponent {
    case 0:  // zero and subnormal numbers: fraction · 2⁻²⁴
      self = sign * Float(fraction) * 0x1p-24
    case 31:  // infinity and NaN, whose payload is kept
      self = Float(bitPattern: UInt32(bits & 0x8000) << 16 | 0x7F80_0000 | fraction << 13)
    default:
      self = Float(
        bitPattern: UInt32(bits & 0x8000) << 16 | UInt32(exponent + 112) << 23 | fraction << 13)
    }
  }
}
