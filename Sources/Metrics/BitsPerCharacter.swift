import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The mean number of bits that a code by the network's probabilities takes for a class: for a text, the
/// bits per character.
///
///     −(1/n) Σᵢ log₂ pᵢ,c = (mean cross-entropy) / ln 2
///
/// c is the class. Of logits x, ln pᵢ,c = x_c − ln Σⱼ exp(xⱼ); a probability is taken as at least 10⁻⁷. The
/// cross-entropies do the same. A guess among K characters takes log₂ K. Shannon, "Prediction and Entropy of Printed English", 1951. The sums are
/// the bits and the classes.
public struct BitsPerCharacter: Metric {
  /// `bits_per_character`.
  public let name = "bits_per_character"
  /// The bits and the classes.
  public let sumCount = 2
  /// Fewer bits are better.
  public let largerIsBetter = false
  /// Logits are no probabilities.
  public let acceptsLogits = false
  /// Whether the outputs are logits, whose softmax are the probabilities.
  public let readsLogits: Bool

  /// The bits per character.
  public init(readsLogits: Bool = false) { self.readsLogits = readsLogits }

  /// Adds the bits of these classes, in `Double` and in order, and their number to `sums`.
  ///
  /// - Precondition: classes are below `width`.
  public func accumulate(
    prediction: Span<Float>, target: Span<Float>, width: Int, targetWidth: Int,
    into sums: inout MutableSpan<Double>
  ) {
    let rows = sampleCount(
      prediction: prediction, target: target, width: width, targetWidth: targetWidth)
    var bits = 0.0
    for i in 0..<rows {
      let c = ClassTargets.classNumber(i, of: target, targetWidth: targetWidth)
      if readsLogits {
        bits += self.bits(prediction.extracting(i &* width..<(i &+ 1) &* width), c)
        continue
      }
      let p = prediction[i &* width &+ c]
      // A probability that is no number stays one that shows.
      bits -= log2(Double(p < 1e-7 ? 1e-7 : p))
    }
    sums[0] += bits
    sums[1] += Double(rows)
  }

  /// −log₂ p of class `c` by these logits.
  private func bits(_ logits: Span<Float>, _ c: Int) -> Double {
    var top = logits[0]
    for j in 1..<logits.count where logits[j] > top { top = logits[j] }
    guard top.isFinite else { return .nan }
    var sum = 0.0
    for j in 0..<logits.count { sum += exp(Double(logits[j]) - Double(top)) }
    return (log(sum) + Double(top) - Double(logits[c])) / log(2)
  }

  /// The mean; NaN where there were no classes.
  public func result(_ sums: Span<Double>) -> Double { sums[0] / sums[1] }
}
