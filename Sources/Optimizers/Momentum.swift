import Tensors

/// Gradient descent with momentum: past gradients keep the weights moving.
///
///     book, keras    v ← α v − ε g,   w ← w + v                   velocity         slot "v"
///     pytorch        v ← α v + g,     w ← w − ε v
///
/// α is `momentum`, ε the learning rate, g the true gradient of the minibatch, penalties included. The
/// forms differ once the rate changes: a velocity that contains ε keeps the rates of old steps.
///
/// Goodfellow, Bengio and Courville, "Deep Learning", 2016, Algorithm 8.2; Polyak, "Some Methods of
/// Speeding up the Convergence of Iteration Methods", 1964.
public struct Momentum: Optimizer, Varied {
  /// Whose form it is.
  public let variant: Variant
  /// The share of the velocity that is kept, α.
  public var momentum: Float

  /// Momentum of strength 0.9.
  public init(_ variant: Variant) {
    self.variant = variant
    momentum = 0.9
  }

  /// Momentum of the given strength.
  public init(momentum: Float = 0.9) {
    variant = .book
    self.momentum = momentum
  }

  /// The velocity.
  public var slotNames: [String] { ["v"] }
  /// 0.01, as in Keras.
  public var defaultRate: Float { 0.01 }

  /// Applies one update to `weights` in place.
  public func update(
    _ weights: inout MutableSpan<Float>, gradient: Span<Float>, slots: inout MutableSpan<Float>,
    _ step: UpdateStep
  ) {
    let n = weights.count
    precondition(gradient.count == n && slots.count == n)
    let (scale, l1, l2) = (step.gradientScale, step.l1, 2 * step.l2)
    let (momentum, shrink) = (momentum, step.shrink)
    // The rate stands either before the gradient or before the velocity.
    let (inner, outer) = variant == .pytorch ? (1, -step.rate) : (-step.rate, 1)
    for i in 0..<n {
      let w = weights[i]
      let sign: Float = w > 0 ? 1 : w < 0 ? -1 : 0
      let g = scale * gradient[i] + l2 * w + l1 * sign
      let v = momentum * slots[i] + inner * g
      slots[i] = v
      weights[i] = w + (outer * v - shrink * w)
    }
  }
}
