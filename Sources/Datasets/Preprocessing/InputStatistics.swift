import Tensors

/// Count, mean, deviation and range of inputs, per group of a sample's numbers, in one pass.
///
/// Sums are formed in `Double` of differences from the first value seen, so that a large mean does
/// not cancel the spread. NaN marks a missing value and is not counted.
struct InputStatistics {
  /// The numbers of a group: 1 for vectors, height × width for images `[channels, height, width]`.
  let plane: Int
  /// The values counted, per group.
  private(set) var counts: [Double]
  /// The smallest value of each group.
  private(set) var minima: [Double]
  /// The greatest value of each group.
  private(set) var maxima: [Double]
  private var origins: [Double]
  private var sums: [Double]
  private var squares: [Double]

  /// The rows that are read at once hold at most so many numbers.
  private static let pieceCount = 1 << 18

  /// The statistics of all samples of `dataset`.
  init(of dataset: any GatheringDataset, groups: Int) throws(DatasetError) {
    let width = dataset.inputWidth
    plane = width / groups
    counts = [Double](repeating: 0, count: groups)
    minima = [Double](repeating: .infinity, count: groups)
    maxima = [Double](repeating: -.infinity, count: groups)
    origins = [Double](repeating: .nan, count: groups)
    sums = counts
    squares = counts
    let rows = max(1, min(dataset.count, InputStatistics.pieceCount / max(width, 1)))
    let piece = FloatStorage(count: rows * width)
    var start = 0
    while start < dataset.count {
      let indices = Array(start..<min(start + rows, dataset.count))
      var output = piece.mutableSpan(0..<indices.count * width)
      try dataset.gatherInputs(indices.span, into: &output, rescaling: nil)
      for row in 0..<indices.count { add(piece.span(row * width..<(row + 1) * width)) }
      start += indices.count
    }
  }

  /// The mean of a group; NaN where it has no values.
  func mean(_ group: Int) -> Double { origins[group] + sums[group] / counts[group] }

  /// The standard deviation of a group over all its values (÷ n).
  func deviation(_ group: Int) -> Double {
    // Exact zero for a constant group, whatever the rounding of its sums.
    if minima[group] == maxima[group] { return 0 }
    let mean = sums[group] / counts[group]
    return max(0, squares[group] / counts[group] - mean * mean).squareRoot()
  }

  private mutating func add(_ row: Span<Float>) {
    for group in 0..<counts.count {
      for i in group * plane..<(group + 1) * plane {
        let value = Double(row[i])
        if value.isNaN { continue }
        if origins[group].isNaN { origins[group] = value }
        let difference = value - origins[group]
        counts[group] += 1
        sums[group] += difference
        squares[group] += difference * difference
        minima[group] = min(minima[group], value)
        maxima[group] = max(maxima[group], value)
      }
    }
  }
}
