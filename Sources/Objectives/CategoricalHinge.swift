import Tensors

/// How far the true class's output is from leading all others by 1.
///
///     L = max(n − q + 1, 0)        q = Σⱼ tⱼ yⱼ        n = maxⱼ (1 − tⱼ) yⱼ
///     ∂L/∂yⱼ = (1 − tⱼ)·[j = m] − tⱼ where L > 0        m = the first j of the maximum
///
/// t is one-hot. As in Keras the true class takes part in the maximum with 0, so n is never negative.
/// PyTorch's `MultiMarginLoss` differs: it adds the margins of all classes.
///
/// Crammer, Singer, "On the algorithmic implementation of multiclass kernel-based vector machines",
/// 2001.
public struct CategoricalHinge: Objective {
  /// One row per sample.
  public let targetForm = TargetForm.oneHot
  /// Rows that add up to 1.
  public let targetDomain = TargetDomain.distribution

  /// The categorical hinge.
  public init() {}

  /// The sum Σᵢ wᵢ·Lᵢ over the samples.
  public func value(
    prediction: Span<Float>, target: Span<Float>, weights: Span<Float>, width: Int
  ) -> Double {
    let rows = Rows.count(
      prediction: prediction, target: target, weights: weights, width: width, targetWidth: width)
    var total = 0.0
    for i in 0..<rows {
      let (gap, _) = Self.gap(
        Rows.row(i, of: prediction, width: width), Rows.row(i, of: target, width: width))
      total += Double(weights[i]) * gap
    }
    return total
  }

  /// The same sum; writes its derivative by each prediction to `gradient`.
  public func valueAndGradient(
    prediction: Span<Float>, target: Span<Float>, weights: Span<Float>, width: Int,
    gradient: inout MutableSpan<Float>
  ) -> Double {
    let rows = Rows.count(
      prediction: prediction, target: target, weights: weights, width: width, targetWidth: width)
    precondition(gradient.count == prediction.count)
    var total = 0.0
    for i in 0..<rows {
      let (gap, rival) = Self.gap(
        Rows.row(i, of: prediction, width: width), Rows.row(i, of: target, width: width))
      total += Double(weights[i]) * gap
      let factor = gap > 0 ? weights[i] : 0
      let start = i &* width
      for j in start..<start &+ width { gradient[j] = -factor * target[j] }
      gradient[start + rival] += factor * (1 - target[start + rival])
    }
    return total
  }

  /// The loss of a row, and the place of the maximum; NaN is not hidden.
  private static func gap(_ y: Span<Float>, _ t: Span<Float>) -> (gap: Double, rival: Int) {
    var (largest, rival) = (-Float.infinity, 0)
    for j in 0..<y.count {
      let value = (1 - t[j]) * y[j]
      if value > largest { (largest, rival) = (value, j) }
    }
    let gap = Double(largest) - dot(t, y) + 1
    return (gap < 0 ? 0 : gap, rival)
  }
}
