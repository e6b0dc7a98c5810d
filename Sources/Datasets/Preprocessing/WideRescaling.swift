/// The affine map y = (x − shift)·scale of numbers in double precision, rounded to single at its end:
/// what is far from 0 against its spread, such as times in seconds since 1970, keeps its differences.
struct WideRescaling {
  /// What is subtracted from each number of a sample.
  private let shift: [Double]
  /// What each difference is multiplied by.
  private let scale: [Double]

  /// The map with one shift and one scale for each group of `plane` consecutive numbers, the groups
  /// `records` times over.
  init(shift: [Double], scale: [Double], plane: Int, records: Int) {
    func spread(_ values: [Double]) -> [Double] {
      let once = values.flatMap { [Double](repeating: $0, count: plane) }
      return (0..<records).flatMap { _ in once }
    }
    self.shift = spread(shift)
    self.scale = spread(scale)
  }

  /// Writes the rescaled samples `numbers` to `output`.
  func convert(_ numbers: Span<Double>, to output: inout MutableSpan<Float>) {
    let width = shift.count
    precondition(numbers.count == output.count && numbers.count % width == 0)
    for start in stride(from: 0, to: numbers.count, by: width) {
      var row = output._mutatingExtracting(start..<start + width)
      rescaleWide(
        numbers.extracting(start..<start + width), to: &row, shift: shift.span, scale: scale.span)
    }
  }
}

private func rescaleWide(
  _ numbers: Span<Double>, to row: inout MutableSpan<Float>, shift: Span<Double>,
  scale: Span<Double>
) {
  let n = row.count
  precondition(numbers.count == n && shift.count == n && scale.count == n)
  for i in 0..<n { row[i] = Float((numbers[i] - shift[i]) * scale[i]) }
}
