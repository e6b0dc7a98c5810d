import Tensors

/// LARS: momentum whose rate is, for each parameter, in proportion to its own size.
///
///     τ = η ‖w‖ / (‖g‖ + λ ‖w‖),  1 where ‖w‖ or the divisor is 0
///     v ← α v + ε τ (g + λ w)                     velocity         slot "v"
///     w ← w − v
///
/// ε is the learning rate, α `momentum`, η `trust`, λ the weight decay, g the true gradient of the
/// minibatch, penalties included; norms are over one parameter. A step then changes every parameter by
/// about the same share of its size, which keeps training with very large batches stable. A
/// parameter that begins at zero, such as a bias, moves by the plain rate first.
///
/// You, Gitman and Ginsburg, "Large Batch Training of Convolutional Networks", 2017, Algorithm 1,
/// https://arxiv.org/abs/1708.03888. Keras and PyTorch have no LARS.
public struct LARS: Optimizer {
  /// The share of the velocity that is kept, α.
  public var momentum: Float
  /// The share of a parameter's size that a step at rate 1 changes, η.
  public var trust: Float

  /// LARS with the paper's settings unless others are given.
  public init(momentum: Float = 0.9, trust: Float = 0.001) {
    self.momentum = momentum
    self.trust = trust
  }

  /// The velocity.
  public var slotNames: [String] { ["v"] }
  /// 0.1
  public var defaultRate: Float { 0.1 }
  /// A rate per parameter takes its norms.
  public var usesNorms: Bool { true }

  /// d = g
  public func direct(
    _ gradient: inout MutableSpan<Float>, weights: Span<Float>, slots: inout MutableSpan<Float>,
    _ step: UpdateStep
  ) {
    let n = weights.count
    precondition(gradient.count == n)
    let (scale, l1, l2) = (step.gradientScale, step.l1, 2 * step.l2)
    for i in 0..<n {
      let w = weights[i]
      let sign: Float = w > 0 ? 1 : w < 0 ? -1 : 0
      gradient[i] = scale * gradient[i] + l2 * w + l1 * sign
    }
  }

  /// Applies one update to `weights` in place.
  public func update(
    _ weights: inout MutableSpan<Float>, gradient: Span<Float>, slots: inout MutableSpan<Float>,
    _ step: UpdateStep
  ) {
    let n = weights.count
    precondition(gradient.count == n && slots.count == n)
    guard let norms = step.norms else { preconditionFailure("LARS without norms") }
    let (momentum, decay) = (momentum, step.decay)
    let divisor = norms.direction + Double(decay) * norms.weights
    let ratio = norms.weights > 0 && divisor > 0 ? Double(trust) * norms.weights / divisor : 1
    let rate = Float(Double(step.rate) * ratio)
    for i in 0..<n {
      let w = weights[i]
      let v = momentum * slots[i] + rate * (gradient[i] + decay * w)
      slots[i] = v
      weights[i] = w - v
    }
  }
}
