/// The inputs of a data set, one row of `width` numbers per sample.
protocol InputRows: AnyObject {
  /// The number of rows.
  var count: Int { get }
  /// The numbers of a row.
  var width: Int { get }

  /// Writes the rows `indices` to `output`, one after the other, rescaled where asked.
  ///
  /// - Precondition: `output` holds exactly these rows; the indices are in `0..<count`.
  func gather(
    _ indices: Span<Int>, into output: inout MutableSpan<Float>, rescaling: Rescaling?
  ) throws(DatasetError)

  /// A digest of all rows; nil where they are not in memory.
  func digest() -> UInt64?
}

/// Checks what every gather relies on.
func checkGather(_ indices: Span<Int>, of count: Int, width: Int, outputCount: Int) {
  precondition(
    outputCount == indices.count * width,
    "room for \(outputCount) numbers where \(indices.count) rows of \(width) are read")
  for i in 0..<indices.count {
    let index = indices[i]
    precondition(index >= 0 && index < count, "sample \(index) of \(count)")
  }
}
