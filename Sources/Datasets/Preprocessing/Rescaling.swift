/// An affine map of inputs, applied while they are gathered: y = (x − shift)·scale.
///
/// A sample is cut into groups of `plane` consecutive numbers, channels or single features, each
/// with a shift and a scale of its own. Subtracting first keeps the digits of features that are
/// large against their spread.
public struct Rescaling: Hashable, Sendable {
  /// What is subtracted, per group.
  public let shift: [Float]
  /// What the difference is multiplied by, per group.
  public let scale: [Float]
  /// The number of consecutive numbers in a group.
  public let plane: Int

  /// A map with one shift and one scale per group of `plane` numbers.
  public init(shift: [Float], scale: [Float], plane: Int) {
    precondition(shift.count == scale.count && plane > 0)
    let first = (shift.first, scale.first)
    // One group for all where groups agree: a longer loop without changing a result.
    if shift.allSatisfy({ $0 == first.0 }), scale.allSatisfy({ $0 == first.1 }), let s = first.0,
      let t = first.1
    {
      (self.shift, self.scale, self.plane) = ([s], [t], plane * shift.count)
    } else {
      (self.shift, self.scale, self.plane) = (shift, scale, plane)
    }
  }

  /// The numbers of a sample.
  public var width: Int { plane * shift.count }

  /// Rescales `row`, one sample, in place.
  func apply(to row: inout MutableSpan<Float>) {
    precondition(row.count == width, "a row of \(row.count) numbers for \(width)")
    if plane == 1 {
      rescaleEach(&row, shift: shift.span, scale: scale.span)
      return
    }
    for group in 0..<shift.count {
      var part = row._mutatingExtracting(group * plane..<(group + 1) * plane)
      rescaleAll(&part, shift: shift[group], scale: scale[group])
    }
  }

  /// Writes the rescaled sample `bytes` to `row`.
  func convert(_ bytes: Span<UInt8>, to row: inout MutableSpan<Float>) {
    precondition(row.count == width && bytes.count == width)
    if plane == 1 {
      convertEach(bytes, to: &row, shift: shift.span, scale: scale.span)
      return
    }
    for group in 0..<shift.count {
      let range = group * plane..<(group + 1) * plane
      var part = row._mutatingExtracting(range)
      convertAll(bytes.extracting(range), to: &part, shift: shift[group], scale: scale[group])
    }
  }

  /// Writes the rescaled sample `numbers` to `row`.
  func convert(_ numbers: Span<Float>, to row: inout MutableSpan<Float>) {
    precondition(row.count == width && numbers.count == width)
    if plane == 1 {
      convertEach(numbers, to: &row, shift: shift.span, scale: scale.span)
      return
    }
    for group in 0..<shift.count {
      let range = group * plane..<(group + 1) * plane
      var part = row._mutatingExtracting(range)
      convertAll(numbers.extracting(range), to: &part, shift: shift[group], scale: scale[group])
    }
  }
}

private func rescaleAll(_ row: inout MutableSpan<Float>, shift: Float, scale: Float) {
  for i in 0..<row.count { row[i] = (row[i] - shift) * scale }
}

private func rescaleEach(
  _ row: inout MutableSpan<Float>, shift: Span<Float>, scale: Span<Float>
) {
  let n = row.count
  precondition(shift.count == n && scale.count == n)
  for i in 0..<n { row[i] = (row[i] - shift[i]) * scale[i] }
}

private func convertAll(
  _ bytes: Span<UInt8>, to row: inout MutableSpan<Float>, shift: Float, scale: Float
) {
  let n = row.count
  precondition(bytes.count == n)
  for i in 0..<n { row[i] = (Float(bytes[i]) - shift) * scale }
}

private func convertEach(
  _ bytes: Span<UInt8>, to row: inout MutableSpan<Float>, shift: Span<Float>, scale: Span<Float>
) {
  let n = row.count
  precondition(bytes.count == n && shift.count == n && scale.count == n)
  for i in 0..<n { row[i] = (Float(bytes[i]) - shift[i]) * scale[i] }
}

private func convertAll(
  _ numbers: Span<Float>, to row: inout MutableSpan<Float>, shift: Float, scale: Float
) {
  let n = row.count
  precondition(numbers.count == n)
  for i in 0..<n { row[i] = (numbers[i] - shift) * scale }
}

private func convertEach(
  _ numbers: Span<Float>, to row: inout MutableSpan<Float>, shift: Span<Float>, scale: Span<Float>
) {
  let n = row.count
  precondition(numbers.count == n && shift.count == n && scale.count == n)
  for i in 0..<n { row[i] = (numbers[i] - shift[i]) * scale[i] }
}
