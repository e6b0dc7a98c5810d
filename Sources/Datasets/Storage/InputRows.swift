import Tensors

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

  /// Whether numbers may have more digits than single precision holds.
  var isWide: Bool { get }

  /// Writes the rows `indices` to `output` with all their digits.
  ///
  /// - Precondition: `output` holds exactly these rows; the indices are in `0..<count`.
  func gatherNumbers(
    _ indices: Span<Int>, into output: inout MutableSpan<Double>
  ) throws(DatasetError)
}

extension InputRows {
  /// False.
  var isWide: Bool { false }

  /// Widens what ``gather(_:into:rescaling:)`` writes.
  func gatherNumbers(
    _ indices: Span<Int>, into output: inout MutableSpan<Double>
  ) throws(DatasetError) {
    let storage = FloatStorage(count: output.count)
    var singles = storage.mutableSpan
    try gather(indices, into: &singles, rescaling: nil)
    for i in 0..<output.count { output[i] = Double(singles[i]) }
  }
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
