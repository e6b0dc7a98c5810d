import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The softmax as the cross-entropies use it, without overflow whatever the logits:
///
///     m = maxⱼ xⱼ        s = Σⱼ exp(xⱼ − m)        ln Σⱼ exp(xⱼ) = m + ln s        pⱼ = exp(xⱼ − m) / s
enum Softmax {
  /// Replaces each row of `x` by exp(xⱼ − m), the numerators of its softmax.
  ///
  /// Narrow rows would leave vector units idle, so the exponentials are taken over many rows at once,
  /// as many as the first-level cache holds.
  static func numerators(
    of prediction: Span<Float>, width: Int, into result: inout MutableSpan<Float>
  ) {
    let block = max(1, 4096 / width) * width
    for first in stride(from: 0, to: prediction.count, by: block) {
      let range = first..<min(first + block, prediction.count)
      var part = result._mutatingExtracting(range)
      subtractMaxima(prediction.extracting(range), width, &part)
      vectorExp(&part)
    }
  }

  /// ln Σⱼ exp(xⱼ) of one row.
  static func logSumExp(_ row: Span<Float>) -> Double {
    let shift = finiteMaximum(row)
    return Double(shift) + log(Double(laneSumOfExponentials(row, minus: shift)))
  }

  /// ln Σⱼ exp(xⱼ) of one row from the sum of its numerators.
  static func logSumExp(_ row: Span<Float>, numeratorSum: Float) -> Double {
    Double(finiteMaximum(row)) + log(Double(numeratorSum))
  }

  /// Writes the derivative of a row: `weight` · (pⱼ · `mass` − tⱼ), its numerators given and its
  /// targets smoothed.
  static func finish(
    _ row: inout MutableSpan<Float>, numeratorSum: Float, mass: Float, target: Span<Float>,
    _ smoothing: LabelSmoothing, weight: Float
  ) {
    let n = row.count
    precondition(target.count == n)
    let factor = mass / numeratorSum
    for i in 0..<n { row[i] = weight * (row[i] * factor - smoothing.smoothed(target[i])) }
  }

  private static func subtractMaxima(
    _ x: Span<Float>, _ width: Int, _ result: inout MutableSpan<Float>
  ) {
    for first in stride(from: 0, to: x.count, by: width) {
      let shift = finiteMaximum(x.extracting(first..<first + width))
      for i in first..<first + width { result[i] = x[i] - shift }
    }
  }

  /// −∞ − (−∞) would be NaN where the row is empty of anything larger; 0 serves as well.
  private static func finiteMaximum(_ row: Span<Float>) -> Float {
    let largest = maximum(row)
    return largest == -.infinity ? 0 : largest
  }
}
