import Tensors

/// Rows of several arrays, one behind the other: samples of several inputs.
final class JoinedRows: InputRows {
  let count: Int
  let width: Int
  private let parts: [any InputRows]
  private var scratch = FloatStorage(count: 0)
  private var wideScratch: [Double] = []

  /// The rows of `parts`, which have equally many.
  init(_ parts: [any InputRows]) {
    precondition(!parts.isEmpty && parts.allSatisfy { $0.count == parts[0].count })
    self.parts = parts
    count = parts[0].count
    width = parts.reduce(0) { $0 + $1.width }
  }

  func gather(
    _ indices: Span<Int>, into output: inout MutableSpan<Float>, rescaling: Rescaling?
  ) throws(DatasetError) {
    checkGather(indices, of: count, width: width, outputCount: output.count)
    let most = parts.reduce(0) { max($0, $1.width) } * indices.count
    if scratch.count < most { scratch = FloatStorage(count: most) }
    let scratch = scratch
    var first = 0
    for part in parts {
      let size = part.width
      var room = scratch.mutableSpan(0..<size * indices.count)
      try part.gather(indices, into: &room, rescaling: nil)
      let values = scratch.span(0..<size * indices.count)
      for k in 0..<indices.count {
        for i in 0..<size { output[k * width + first + i] = values[k * size + i] }
      }
      first += size
    }
    guard let rescaling else { return }
    for k in 0..<indices.count {
      var row = output._mutatingExtracting(k * width..<(k + 1) * width)
      rescaling.apply(to: &row)
    }
  }

  func digest() -> UInt64? {
    let digests = parts.compactMap { $0.digest() }
    return digests.count == parts.count ? bitDigest(digests) : nil
  }

  var isWide: Bool { parts.contains(where: \.isWide) }

  func gatherNumbers(
    _ indices: Span<Int>, into output: inout MutableSpan<Double>
  ) throws(DatasetError) {
    checkGather(indices, of: count, width: width, outputCount: output.count)
    let most = parts.reduce(0) { max($0, $1.width) } * indices.count
    var numbers: [Double] = []
    swap(&numbers, &wideScratch)
    defer { swap(&numbers, &wideScratch) }
    if numbers.count < most { numbers = [Double](repeating: 0, count: most) }
    var first = 0
    for part in parts {
      let size = part.width
      var all = numbers.mutableSpan
      var room = all._mutatingExtracting(first: size * indices.count)
      try part.gatherNumbers(indices, into: &room)
      for k in 0..<indices.count {
        for i in 0..<size { output[k * width + first + i] = room[k * size + i] }
      }
      first += size
    }
  }
}
