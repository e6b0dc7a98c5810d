import Tensors

/// The share of samples whose class is among the k largest outputs.
///
///     (1/n) Σᵢ [#{j : yᵢⱼ > yᵢ,c} + #{j < c : yᵢⱼ = yᵢ,c} < k]
///
/// c is the class. Of equal outputs the first ranks first, so that k = 1 is ``Accuracy``; Keras lets
/// all of them in. The sums are the hits and the samples.
public struct TopKAccuracy: Metric {
  /// How many of the largest outputs count.
  public let k: Int
  /// `top_k_accuracy`.
  public let name = "top_k_accuracy"
  /// The hits and the samples.
  public let sumCount = 2
  /// More hits are better.
  public let largerIsBetter = true
  /// The softmax keeps the order.
  public let acceptsLogits = true
  /// Whole numbers.
  public let isCounting = true

  /// The accuracy of the `k` largest outputs.
  ///
  /// - Precondition: `k` is at least 1.
  public init(k: Int = 5) {
    precondition(k >= 1, "the \(k) largest outputs")
    self.k = k
  }

  /// Adds the hits and the number of these samples to `sums`.
  ///
  /// - Precondition: classes are below `width`.
  public func accumulate(
    prediction: Span<Float>, target: Span<Float>, width: Int, targetWidth: Int,
    into sums: inout MutableSpan<Double>
  ) {
    let rows = sampleCount(
      prediction: prediction, target: target, width: width, targetWidth: targetWidth)
    var hits = 0
    for i in 0..<rows {
      let row = prediction.extracting(i &* width..<(i &+ 1) &* width)
      let truth = ClassTargets.classNumber(i, of: target, targetWidth: targetWidth)
      if rank(of: truth, in: row) < k { hits += 1 }
    }
    sums[0] += Double(hits)
    sums[1] += Double(rows)
  }

  /// The share of hits; NaN where there were no samples.
  public func result(_ sums: Span<Double>) -> Double { sums[0] / sums[1] }

  /// How many outputs rank before that of `place`; a NaN ranks behind everything.
  private func rank(of place: Int, in row: Span<Float>) -> Int {
    let own = row[place]
    if own.isNaN { return row.count }
    var before = 0
    for j in 0..<row.count where row[j] > own || (row[j] == own && j < place) { before += 1 }
    return before
  }
}
