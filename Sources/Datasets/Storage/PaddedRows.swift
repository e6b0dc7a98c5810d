import Tensors

/// Sequences that end early: behind the end stands NaN, which marks what is no value from here on.
final class PaddedRows: InputRows {
  let count: Int
  let width: Int
  private let rows: any InputRows
  /// The numbers of each row that are values.
  private let ends: [Int]

  /// `rows` of samples of `shape`, [steps, …], of which the steps behind `lengths` are padding.
  ///
  /// - Throws: Where there is no length from 1 to the steps for each row.
  init(
    _ rows: any InputRows, _ name: String, shape: [Int], lengths: ArraySource
  ) throws(DatasetError) {
    self.rows = rows
    (count, width) = (rows.count, rows.width)
    guard lengths.width == 1, lengths.count == rows.count else {
      throw DatasetError(
        .badContent,
        "\(lengths.name) holds \(lengths.count * lengths.width) lengths for the \(rows.count) samples of"
          + " \(name); there must be one each")
    }
    let (steps, size) = (shape[0], rows.width / shape[0])
    var ends: [Int] = []
    for (row, length) in try lengths.floats().enumerated() {
      guard length == length.rounded(), length >= 1, length <= Float(steps) else {
        throw DatasetError(
          .badContent,
          "\(lengths.name): sample \(row) has the length \(length); a sequence has 1 to \(steps) steps"
        )
      }
      ends.append(Int(length) * size)
    }
    self.ends = ends
  }

  func gather(
    _ indices: Span<Int>, into output: inout MutableSpan<Float>, rescaling: Rescaling?
  ) throws(DatasetError) {
    try rows.gather(indices, into: &output, rescaling: rescaling)
    for k in 0..<indices.count {
      for i in k * width + ends[indices[k]]..<(k + 1) * width { output[i] = .nan }
    }
  }

  func digest() -> UInt64? {
    let ends = ends
    return rows.digest().map { bitDigest([$0, contentDigest(ends.span.bytes)]) }
  }

  var isWide: Bool { rows.isWide }

  func gatherNumbers(
    _ indices: Span<Int>, into output: inout MutableSpan<Double>
  ) throws(DatasetError) {
    try rows.gatherNumbers(indices, into: &output)
    for k in 0..<indices.count {
      for i in k * width + ends[indices[k]]..<(k + 1) * width { output[i] = .nan }
    }
  }
}
