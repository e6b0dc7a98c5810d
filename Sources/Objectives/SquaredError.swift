import Tensors

/// Half the squared distance of the outputs from the targets: summed over outputs, averaged over
/// samples.
///
///     L = ½ Σⱼ (yⱼ − tⱼ)²        ∂L/∂yⱼ = yⱼ − tⱼ
///
/// The form of the textbooks, ½‖d − y‖², whose derivative carries no factor. With K outputs it is K/2
/// times the ``MeanSquaredError``. Keras and PyTorch have no such objective.
///
/// Rumelhart, Hinton, Williams, "Learning representations by back-propagating errors", 1986.
public struct SquaredError: Objective {
  /// Numbers.
  public let targetForm = TargetForm.values

  /// Half the squared error.
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
      total += Double(weights[i]) * (error / 2)
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
      let factor = weights[i]
      for j in i &* width..<(i &+ 1) &* width { gradient[j] *= factor }
    }
    return value(prediction: prediction, target: target, weights: weights, width: width)
  }
}
