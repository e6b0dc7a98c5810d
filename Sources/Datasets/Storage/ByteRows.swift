import Tensors

/// Rows of bytes in memory, which become floats when they are gathered: a quarter of the memory.
final class ByteRows: InputRows {
  let count: Int
  let width: Int
  private let bytes: [UInt8]
  private let offset: Int
  private let stride: Int

  /// `count` rows of `width` bytes, the first at `offset`, each `stride` after the one before.
  init(_ bytes: [UInt8], count: Int, width: Int, offset: Int = 0, stride: Int? = nil) {
    self.bytes = bytes
    self.count = count
    self.width = width
    self.offset = offset
    self.stride = stride ?? width
    precondition(
      count == 0 || offset + (count - 1) * self.stride + width <= bytes.count,
      "\(bytes.count) bytes hold fewer than \(count) rows")
  }

  func gather(
    _ indices: Span<Int>, into output: inout MutableSpan<Float>, rescaling: Rescaling?
  ) {
    checkGather(indices, of: count, width: width, outputCount: output.count)
    let bytes = bytes
    for k in 0..<indices.count {
      let start = offset + indices[k] * stride
      let source = bytes.span.extracting(start..<start + width)
      var row = output._mutatingExtracting(k * width..<(k + 1) * width)
      if let rescaling {
        rescaling.convert(source, to: &row)
      } else {
        convertRow(source, to: &row)
      }
    }
  }
}

extension ByteRows {
  func digest() -> UInt64? {
    guard count > 0 else { return 0 }
    let bytes = bytes
    if stride == width {
      return contentDigest(bytes.span.extracting(offset..<offset + count * width).bytes)
    }
    return bitDigest(
      (0..<count).map { row in
        let start = offset + row * stride
        return contentDigest(bytes.span.extracting(start..<start + width).bytes)
      })
  }
}

private func convertRow(_ bytes: Span<UInt8>, to row: inout MutableSpan<Float>) {
  let n = row.count
  precondition(bytes.count == n)
  for i in 0..<n { row[i] = Float(bytes[i]) }
}
