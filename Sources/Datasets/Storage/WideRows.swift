/// Rows of numbers that may have more digits than single precision holds: those of tables, and of
/// arrays of 4-byte integers and 8-byte numbers.
final class WideRows: InputRows {
  let count: Int
  let width: Int
  let isWide = true
  private let numbers: ExactNumbers

  /// `count` rows of `width` numbers.
  init(_ numbers: ExactNumbers, count: Int, width: Int) {
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
    for k in 0..<indices.count {
      let (start, place) = (indices[k] * width, k * width)
      for i in 0..<width { output[place + i] = Float(numbers[start + i]) }
      guard let rescaling else { continue }
      var row = output._mutatingExtracting(place..<place + width)
      rescaling.apply(to: &row)
    }
  }

  func gatherNumbers(_ indices: Span<Int>, into output: inout MutableSpan<Double>) {
    checkGather(indices, of: count, width: width, outputCount: output.count)
    for k in 0..<indices.count {
      let (start, place) = (indices[k] * width, k * width)
      for i in 0..<width { output[place + i] = numbers[start + i] }
    }
  }

  func digest() -> UInt64? { numbers.digest() }
}
