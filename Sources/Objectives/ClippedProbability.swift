/// A probability kept away from 0 and 1 by 10⁻⁷, as in Keras, so that its logarithm is finite.
enum ClippedProbability {
  /// The least probability: Keras's epsilon.
  static let least: Float = 1e-7
  /// The least and the largest probability.
  private static let range = 1e-7...(1 - 1e-7)

  /// The nearest number in the range; NaN stays NaN.
  @inline(__always)
  static func clip(_ p: Float) -> Double {
    let p = Double(p)
    return p < range.lowerBound ? range.lowerBound : p > range.upperBound ? range.upperBound : p
  }

  /// Whether clipping leaves `p` as it is, so that the derivative passes.
  @inline(__always)
  static func contains(_ p: Float) -> Bool { range.contains(Double(p)) }

  /// How many of `probabilities` are clipped.
  static func count(in probabilities: Span<Float>) -> Int {
    var count = 0
    for i in 0..<probabilities.count where !contains(probabilities[i]) { count += 1 }
    return count
  }
}
