import Zlib

/// Rows read from an uncompressed file when they are asked for, for files larger than memory.
///
/// One checked read per row: the system's page cache keeps what is used again, and a file that
/// shrinks meanwhile is an error instead of a crash.
final class FileRows: InputRows {
  let count: Int
  let width: Int
  private let file: InputFile
  private let element: ElementFormat
  private let offset: Int
  private let stride: Int
  private var buffer: [UInt8]

  /// `count` rows of `width` elements, the first at `offset`, each `stride` bytes after the one
  /// before.
  init(
    _ file: InputFile, element: ElementFormat, count: Int, width: Int, offset: Int, stride: Int
  ) {
    self.file = file
    self.element = element
    self.count = count
    self.width = width
    self.offset = offset
    self.stride = stride
    buffer = [UInt8](repeating: 0, count: width * element.size)
  }

  func gather(
    _ indices: Span<Int>, into output: inout MutableSpan<Float>, rescaling: Rescaling?
  ) throws(DatasetError) {
    checkGather(indices, of: count, width: width, outputCount: output.count)
    guard !file.hasChanged else {
      throw DatasetError(
        .badContent,
        "\(file.path) has been changed since this run opened it; leave data files alone while they are"
          + " read, restore this one and resume the run")
    }
    // Taken out of the object for the time of the call, since a span cannot outlive an access.
    var bytes: [UInt8] = []
    swap(&bytes, &buffer)
    defer { swap(&bytes, &buffer) }
    for k in 0..<indices.count {
      var room = bytes.mutableSpan
      try file.fill(&room, at: offset + indices[k] * stride)
      var row = output._mutatingExtracting(k * width..<(k + 1) * width)
      element.decode(bytes.span, to: &row)
      if element.isFloatingPoint, let position = firstNonFinite(row.span) {
        throw .notFinite(file.path, record: indices[k], element: position)
      }
      rescaling?.apply(to: &row)
    }
  }

  func digest() -> UInt64? { nil }

  var isWide: Bool { element.isWide }

  func gatherNumbers(
    _ indices: Span<Int>, into output: inout MutableSpan<Double>
  ) throws(DatasetError) {
    checkGather(indices, of: count, width: width, outputCount: output.count)
    var bytes: [UInt8] = []
    swap(&bytes, &buffer)
    defer { swap(&bytes, &buffer) }
    for k in 0..<indices.count {
      var room = bytes.mutableSpan
      try file.fill(&room, at: offset + indices[k] * stride)
      var row = output._mutatingExtracting(k * width..<(k + 1) * width)
      element.decode(bytes.span, toDoubles: &row)
      if element.isFloatingPoint, let position = firstNonSingle(row.span) {
        throw .notFinite(file.path, record: indices[k], element: position)
      }
    }
  }
}

extension DatasetError {
  /// A NaN or an infinity where a number should be.
  static func notFinite(_ path: String, record: Int, element: Int) -> DatasetError {
    DatasetError(
      .badContent,
      "\(path): record \(record), element \(element) is NaN, infinite or beyond single precision; "
        + "remove or repair the record")
  }
}

/// The position of the first NaN or infinity, or nil.
func firstNonFinite(_ numbers: Span<Float>) -> Int? {
  let n = numbers.count
  let exponent: UInt32 = 0x7f80_0000
  var found: UInt32 = 0
  // The common case is one vectorized sweep; the position is looked for only if there is one.
  for i in 0..<n { found |= numbers[i].bitPattern & exponent == exponent ? 1 : 0 }
  guard found != 0 else { return nil }
  for i in 0..<n where !numbers[i].isFinite { return i }
  return nil
}

/// The position of the first number that is NaN, infinite or beyond single precision, or nil.
func firstNonSingle(_ numbers: Span<Double>) -> Int? {
  for i in 0..<numbers.count where !Float(numbers[i]).isFinite { return i }
  return nil
}
