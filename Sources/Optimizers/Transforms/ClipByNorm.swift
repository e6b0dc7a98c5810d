/// What a gradient is multiplied by so that its norm is at most a limit.
///
///     c = min(1, v/‖g‖),  g ← c g
///
/// v is `limit`, ‖g‖² is `squaredNorm`. The direction stays the same.
///
/// Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks", ICML 2013,
/// Algorithm 1. Keras does the same; PyTorch adds 10⁻⁶ to the norm.
public func clippingFactor(squaredNorm: Double, limit: Float) -> Float {
  let norm = squaredNorm.squareRoot()
  return norm > Double(limit) ? Float(Double(limit) / norm) : 1
}
