import Tensors

/// The area under the curve of true against false positives ("receiver operating characteristic").
///
///     (1/K) Σⱼ Σᵢ ½ (Rᵢ + Rᵢ₊₁) (Fᵢ − Fᵢ₊₁)
///
/// Rᵢ and Fᵢ are the shares of the samples with and without class j whose output j is above the
/// threshold i/(T − 1); the first threshold lets all pass, the last none. The areas are exact for
/// outputs rounded up to these thresholds: only counts between thresholds have to be kept, and they
/// add up exactly. Classes that no sample or every sample has count for nothing; NaN where there is no
/// other. As Keras's `AUC` of 200 thresholds, whose `multi_label` is the mean over outputs.
///
/// Hanley, McNeil, "The meaning and use of the area under a receiver operating characteristic (ROC)
/// curve", 1982.
public struct AreaUnderCurve: Metric {
  /// T, the number of thresholds.
  public var thresholds: Int
  private var outputs = 1

  /// `auc`.
  public let name = "auc"
  /// Whole numbers.
  public let isCounting = true
  /// More area is better.
  public let largerIsBetter = true
  /// Logits do not lie between the thresholds.
  public let acceptsLogits = false

  /// The area from so many thresholds.
  ///
  /// - Precondition: `thresholds` is at least 2.
  public init(thresholds: Int = 200) {
    precondition(thresholds >= 2, "\(thresholds) thresholds")
    self.thresholds = thresholds
  }

  /// Samples without and with the class between two thresholds, for each output.
  public var sumCount: Int { 2 * (thresholds - 1) * outputs }

  /// The area for so many outputs.
  public func judging(_ answers: Answers, outputs: Int) -> AreaUnderCurve {
    var other = self
    other.outputs = outputs
    return other
  }

  /// Adds the counts of these samples to `sums`.
  ///
  /// - Precondition: `width` is the number of outputs.
  public func accumulate(
    prediction: Span<Float>, target: Span<Float>, width: Int, targetWidth: Int,
    into sums: inout MutableSpan<Double>
  ) {
    let rows = sampleCount(
      prediction: prediction, target: target, width: width, targetWidth: targetWidth)
    precondition(width == outputs, "\(width) outputs where \(outputs) are judged")
    let bins = thresholds - 1
    for i in 0..<rows {
      for j in 0..<width {
        let isTrue =
          targetWidth == width ? target[i &* width &+ j] > 0.5 : Int(target[i]) == j
        let scaled = (prediction[i &* width &+ j] * Float(bins)).rounded(.up)
        // NaN compares as false and falls into the first bin; its objective is NaN as well.
        let bin = scaled >= Float(bins) ? bins - 1 : scaled > 1 ? Int(scaled) - 1 : 0
        sums[2 &* (j &* bins &+ bin) &+ (isTrue ? 1 : 0)] += 1
      }
    }
  }

  /// The mean area.
  public func result(_ sums: Span<Double>) -> Double {
    let bins = thresholds - 1
    var (total, judged) = (0.0, 0.0)
    for j in 0..<outputs {
      var (falses, trues) = (0.0, 0.0)
      var area = 0.0
      // From the highest threshold down, ever more samples are above.
      for bin in stride(from: bins - 1, through: 0, by: -1) {
        let place = 2 * (j * bins + bin)
        area += sums[place] * (trues + sums[place + 1] / 2)
        falses += sums[place]
        trues += sums[place + 1]
      }
      guard falses > 0, trues > 0 else { continue }
      total += area / (falses * trues)
      judged += 1
    }
    return total / judged
  }
}
