import Tensors

/// Gradient descent with momentum: past gradients keep the weights moving.
///
///     v ← α v − ε g                               velocity         slot "v"
///     w ← w + v
///
/// α is `momentum`, ε the learning rate, g the true gradient of the minibatch, penalties included.
///
/// Goodfellow, Bengio and Courville, "Deep Learning", 2016, Algorithm 8.2; Polyak, "Some Methods of
/// Speeding up the Convergence of Iteration Methods", 1964. Keras does the same; PyTorch keeps the
/// velocity without ε, which differs once the rate changes.
public struct Momentum: Optimizer {
  /// The velocity.
  public static let slotNames = ["v"]
  /// 0.01, as in Keras.
  public static let defaultRate: Float = 0.01

  /// The share of the velocity that is kept, α.
  public var momentum: Float

  /// Momentum of the given strength.
  public init(momentum: Float = 0.9) { self.momentum = momentum }

  /// Applies one update to `weights` in place.
  public func update(
    _ weights: inout MutableSpan<Float>, gradient: Span<Float>, slots: inout MutableSpan<Float>,
    _ step: UpdateStep
  ) {
    let n = weights.count
    precondition(gradient.count == n && slots.count == n)
    let (rate, scale, l1, l2) = (step.rate, step.gradientScale, step.l1, 2 * step.l2)
    let momentum = momentum
    for i in 0..<n {
      let w = weights[i]
      let sign: Float = w > 0 ? 1 : w < 0 ? -1 : 0
      let g = scale * gradient[i] + l2 * w + l1 * sign
      let v = momentum * slots[i] - rate * g
      slots[i] = v
      weights[i] = w + v
    }
  }
}
