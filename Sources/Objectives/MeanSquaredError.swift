import Tensors

/// The mean over a sample's outputs of the squared error.
///
///     L = (1/K) Σⱼ (yⱼ − tⱼ)²        ∂L/∂yⱼ = (2/K) (yⱼ − tⱼ)
///
/// y is the prediction, t the target, K the number of outputs. For outputs of any size; the negative
/// log-likelihood, but for constants, of normal noise. Keras and PyTorch do the same; the ½ of many
/// textbooks is not there; ``SquaredError`` has it.
public struct MeanSquaredError: Objective {
  /// Numbers.
  public let targetForm = TargetForm.values

  /// The mean squared error.
  public init() {}

  /// The sum Σᵢ wᵢ·Lᵢ over the samples.
  public func value(
    prediction: Span<Float>, target: Span<Float>, weights: Span<Float>, width: Int
  ) -> Double {
    let rows = Rows.count(
      prediction: prediction, target: target, weights: weights, width: width, targetWidth: width)
    var total = 0.0
    for i in 0..<rows {
      let error = squaredDistance(
        Rows.row(i, of: prediction, width: width), Rows.row(i, of: target, width: width))
      total += Double(weights[i]) * (error / Double(width))
    }
    return total
  }

  /// The same sum; writes its derivative by each prediction to `gradient`.
  public func valueAndGradient(
    prediction: Span<Float>, target: Span<Float>, weights: Span<Float>, width: Int,
    gradient: inout MutableSpan<Float>
  ) -> Double {
    let n = prediction.count
    precondition(target.count == n && gradient.count == n)
    for i in 0..<n { gradient[i] = prediction[i] - target[i] }
    for i in 0..<weights.count {
      let factor = weights[i] * 2 / Float(width)
      for j in i &* width..<(i &+ 1) &* width { gradient[j] *= factor }
    }
    return value(prediction: prediction, target: target, weights: weights, width: width)
  }
}
