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
  ///
  /// - Parameter records: How many records a sample is, each with a number for every group.
  init(
    of dataset: any GatheringDataset, groups: Int, records: Int = 1
  ) throws(DatasetError) {
    let width = dataset.inputWidth
    plane = width / groups / records
    counts = [Double](repeating: 0, count: groups)
    minima = [Double](repeating: .infinity, count: groups)
    maxima = [Double](repeating: -.infinity, count: groups)
    origins = [Double](repeating: .nan, count: groups)
    sums = counts
    squares = counts
    let rows = max(1, min(dataset.count, InputStatistics.pieceCount / max(width, 1)))
    var piece = [Double](repeating: 0, count: rows * width)
    var start = 0
    while start < dataset.count {
      let indices = Array(start..<min(start + rows, dataset.count))
      var room = piece.mutableSpan
      var output = room._mutatingExtracting(first: indices.count * width)
      try dataset.gatherNumbers(indices.span, into: &output)
      let size = width / records
      let numbers = piece.span
      for row in 0..<indices.count * records {
        add(numbers.extracting(row * size..<(row + 1) * size))
      }
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

  private mutating func add(_ row: Span<Double>) {
    if plane > 1 {
      for group in 0..<counts.count {
        let values = row.extracting(group * plane..<(group + 1) * plane)
        let part = planeSums(values, origins[group])
        if part.sum.isNaN { addEach(values, group) } else { add(part, group) }
      }
      return
    }
    for group in 0..<counts.count { addEach(row.extracting(group..<group + 1), group) }
  }

  /// Adds the values among `values`, which may end early.
  private mutating func addEach(_ values: Span<Double>, _ group: Int) {
    for i in 0..<values.count {
      let value = values[i]
      if value.isNaN { continue }
      if origins[group].isNaN { origins[group] = value }
      let difference = value - origins[group]
      let alone = PlaneSums(
        origin: origins[group], count: 1, sum: difference, square: difference * difference,
        minimum: value, maximum: value)
      add(alone, group)
    }
  }

  private mutating func add(_ part: PlaneSums, _ group: Int) {
    origins[group] = part.origin
    counts[group] += part.count
    sums[group] += part.sum
    squares[group] += part.square
    minima[group] = min(minima[group], part.minimum)
    maxima[group] = max(maxima[group], part.maximum)
  }
}

/// What one group of one sample adds.
private struct PlaneSums {
  var origin: Double
  var count: Double
  var sum: Double
  var square: Double
  var minimum: Double
  var maximum: Double
}

/// The sums over an image's channel, in eight lanes that are folded in a fixed order.
///
/// A NaN, behind the end of a sequence, makes the sum one.
private func planeSums(_ values: Span<Double>, _ origin: Double) -> PlaneSums {
  let n = values.count
  let start = origin.isNaN ? values[0] : origin
  var (sums, squares) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
  var (low, high) = (SIMD8(repeating: values[0]), SIMD8(repeating: values[0]))
  let whole = n / 8 * 8
  for i in stride(from: 0, to: whole, by: 8) {
    var lanes = SIMD8<Double>.zero
    for lane in 0..<8 { lanes[lane] = values[i &+ lane] }
    let differences = lanes - start
    sums += differences
    squares += differences * differences
    low.replace(with: lanes, where: lanes .< low)
    high.replace(with: lanes, where: lanes .> high)
  }
  var part = PlaneSums(
    origin: start, count: Double(n), sum: 0, square: 0, minimum: low.min(),
    maximum: high.max())
  for lane in 0..<8 {
    part.sum += sums[lane]
    part.square += squares[lane]
  }
  for i in whole..<n {
    let value = values[i]
    part.sum += value - start
    part.square += (value - start) * (value - start)
    part.minimum = min(part.minimum, value)
    part.maximum = max(part.maximum, value)
  }
  return part
}
