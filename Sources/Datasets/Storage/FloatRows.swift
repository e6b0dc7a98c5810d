import Tensors

/// Rows of floats in memory.
final class FloatRows: InputRows {
  let count: Int
  let width: Int
  private let numbers: [Float]

  /// `count` rows of `width` numbers.
  init(_ numbers: [Float], count: Int, width: Int) {
    precondition(
      numbers.count == count * width, "\(numbers.count) numbers for \(count) rows of \(width)")
    self.numbers = numbers
    self.count = count
    self.width = width
  }

  func gather(
    _ indices: Span<Int>, into output: inout MutableSpan<Float>, rescaling: Rescaling?
  ) {
    checkGather(indices, of: count, width: width, outputCount: output.count)
    let numbers = numbers
    for k in 0..<indices.count {
      let start = indices[k] * width
      let source = numbers.span.extracting(start..<start + width)
      var row = output._mutatingExtracting(k * width..<(k + 1) * width)
      if let rescaling {
        rescaling.convert(source, to: &row)
      } else {
        copyRow(source, to: &row)
      }
    }
  }
}

extension FloatRows {
  func digest() -> UInt64? {
    let numbers = numbers
    return contentDigest(numbers.span.bytes)
  }
}

private func copyRow(_ numbers: Span<Float>, to row: inout MutableSpan<Float>) {
  let n = row.count
  precondition(numbers.count == n)
  for i in 0..<n { row[i] = numbers[i] }
}
