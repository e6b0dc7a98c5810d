/// Sixteen partial sums, added up in one fixed tree.
///
/// Element i of a sum goes to lane i mod 16. Strict left-to-right order would keep a processor's
/// vector units idle; lanes fill them, and the result depends on the count alone.
enum Lanes {
  /// The number of lanes.
  static let count = 16

  /// ((l₀ + l₈) + (l₄ + l₁₂)) + …: halves are added until one number is left.
  @inline(__always)
  static func total(_ lanes: SIMD16<Float>) -> Float {
    let eight = lanes.lowHalf + lanes.highHalf
    let four = eight.lowHalf + eight.highHalf
    let two = four.lowHalf + four.highHalf
    return two[0] + two[1]
  }

  /// The same tree in double precision, the lanes in two halves.
  @inline(__always)
  static func total(_ low: SIMD8<Double>, _ high: SIMD8<Double>) -> Double {
    let eight = low + high
    let four = eight.lowHalf + eight.highHalf
    let two = four.lowHalf + four.highHalf
    return two[0] + two[1]
  }
}
