/// How often numbers of each size occur, as whole numbers, which add up exactly in any order.
///
/// A bin holds the numbers that share sign, exponent and the first three bits of the fraction: the
/// upper 12 bits of the single-precision pattern. A percentile, told as the middle of its bin, is off by
/// at most 1/16 of itself, whatever its size.
struct ValueHistogram {
  /// The number of bins.
  static let binCount = 1 << 12
  private static let shift = UInt32(20)

  /// The middle of bin `index`; 0 for the bins next to 0, infinity where the numbers are not finite.
  static func middle(of index: Int) -> Double {
    let bits = UInt32(index) << shift
    let lower = Float(bitPattern: bits)
    guard lower.isFinite else { return Double(lower) }
    guard lower != 0 else { return 0 }
    let upper = Float(bitPattern: bits | (1 << shift - 1))
    return (Double(lower) + Double(upper)) / 2
  }

  /// The bins from the lowest numbers to the highest ones: negative patterns count downward.
  private static let order = Array((binCount / 2..<binCount).reversed()) + Array(0..<binCount / 2)

  /// Counts `values` in `bins`; returns their sum and the sum of their squares.
  static func count(
    _ values: Span<Float>, into bins: inout MutableSpan<Int>
  ) -> (sum: Double, squares: Double) {
    precondition(bins.count == binCount, "\(bins.count) bins, not \(binCount)")
    var (sum, squares) = (0.0, 0.0)
    for i in 0..<values.count {
      let value = values[i]
      bins[Int(value.bitPattern >> shift)] += 1
      sum += Double(value)
      squares += Double(value) * Double(value)
    }
    return (sum, squares)
  }

  /// The numbers below or at which the given parts of all lie, from the counts of their bins.
  ///
  /// The part p of n numbers lies below or at the ⌈p n⌉-th smallest one.
  static func percentiles(_ parts: [Double], of bins: Span<Int>) -> [Double] {
    var total = 0
    for i in 0..<binCount { total += bins[i] }
    let ranks = parts.map { max(1, Int(($0 * Double(total)).rounded(.up))) }
    var found = [Double](repeating: 0, count: parts.count)
    var below = 0
    for bin in order where bins[bin] > 0 {
      let upTo = below + bins[bin]
      for (k, rank) in ranks.enumerated() where below < rank && rank <= upTo {
        found[k] = middle(of: bin)
      }
      below = upTo
    }
    return found
  }
}
