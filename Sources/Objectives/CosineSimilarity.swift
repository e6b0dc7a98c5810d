import Tensors

/// The negative cosine of the angle between outputs and targets, also called cosine proximity.
///
///     L = −c        c = y·t / (‖y‖ ‖t‖)        ∂L/∂yⱼ = −(tⱼ/‖t‖ − c yⱼ/‖y‖) / ‖y‖
///
/// Directions count, lengths do not. Norms below 10⁻⁷ count as 10⁻⁷, as in Keras: the cosine of a zero
/// vector is 0. The derivative is 0 there, since no direction is better than another. PyTorch's
/// `CosineEmbeddingLoss` is 1 − c.
public struct CosineSimilarity: Objective {
  /// The least norm.
  private static let least = 1e-7

  /// Numbers.
  public let targetForm = TargetForm.values

  /// The negative cosine.
  public init() {}

  /// The sum Σᵢ wᵢ·Lᵢ over the samples.
  public func value(
    prediction: Span<Float>, target: Span<Float>, weights: Span<Float>, width: Int
  ) -> Double {
    let rows = Rows.count(
      prediction: prediction, target: target, weights: weights, width: width, targetWidth: width)
    var total = 0.0
    for i in 0..<rows {
      let (y, t) = (
        Rows.row(i, of: prediction, width: width), Rows.row(i, of: target, width: width)
      )
      total -= Double(weights[i]) * (dot(y, t) / (Self.norm(y) * Self.norm(t)))
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
      let (y, t) = (
        Rows.row(i, of: prediction, width: width), Rows.row(i, of: target, width: width)
      )
      let (length, targetLength) = (Self.norm(y), Self.norm(t))
      let cosine = dot(y, t) / (length * targetLength)
      let weight = Double(weights[i])
      total -= weight * cosine
      let isDefined = length != Self.least
      // Where the two point the same way almost nothing is left of the difference.
      let alongTarget = isDefined ? -weight / (length * targetLength) : 0
      let alongOutput = isDefined ? weight * cosine / (length * length) : 0
      let start = i &* width
      for j in 0..<width {
        gradient[start &+ j] = Float(alongTarget * Double(t[j]) + alongOutput * Double(y[j]))
      }
    }
    return total
  }

  /// The samples whose outputs or targets have no direction.
  public func clippedCount(prediction: Span<Float>, target: Span<Float>, width: Int) -> Int {
    var count = 0
    for i in 0..<prediction.count / width {
      let length = Self.norm(Rows.row(i, of: prediction, width: width))
      let targetLength = Self.norm(Rows.row(i, of: target, width: width))
      if length == Self.least || targetLength == Self.least { count += 1 }
    }
    return count
  }

  /// ‖x‖, at least 10⁻⁷; NaN stays NaN.
  private static func norm(_ x: Span<Float>) -> Double {
    let norm = dot(x, x).squareRoot()
    return norm < least ? least : norm
  }
}
