import Tensors

/// Lion: every weight moves by the rate, in the direction on which momentum and gradient agree.
///
///     w ← (1 − ε λ) w − ε · sign(β₁ m + (1 − β₁) g)
///     m ← β₂ m + (1 − β₂) g                       mean gradient    slot "m"
///
/// ε is the learning rate, λ the weight decay, β₁ `beta1`, β₂ `beta2`, g the true gradient of the
/// minibatch; sign(0) = 0. The rate should be three to ten times smaller than Adam's, and λ as much
/// larger.
///
/// Chen et al., "Symbolic Discovery of Optimization Algorithms", NeurIPS 2023,
/// https://arxiv.org/abs/2302.06675. Keras does the same, with a rate of 0.001; PyTorch has no Lion.
public struct Lion: Optimizer {
  /// The share of the momentum in the direction, β₁.
  public var beta1: Float
  /// How slowly the momentum forgets, β₂.
  public var beta2: Float

  /// Lion with the paper's settings unless others are given.
  public init(beta1: Float = 0.9, beta2: Float = 0.99) {
    self.beta1 = beta1
    self.beta2 = beta2
  }

  /// The mean gradient.
  public var slotNames: [String] { ["m"] }
  /// 0.0001, as in the paper.
  public var defaultRate: Float { 1e-4 }

  /// Applies one update to `weights` in place.
  public func update(
    _ weights: inout MutableSpan<Float>, gradient: Span<Float>, slots: inout MutableSpan<Float>,
    _ step: UpdateStep
  ) {
    let n = weights.count
    precondition(gradient.count == n && slots.count == n)
    let (scale, l1, l2) = (step.gradientScale, step.l1, 2 * step.l2)
    let (beta1, beta2, rate, shrink) = (beta1, beta2, step.rate, step.shrink)
    for i in 0..<n {
      let w = weights[i]
      let sign: Float = w > 0 ? 1 : w < 0 ? -1 : 0
      let g = scale * gradient[i] + l2 * w + l1 * sign
      let m = slots[i]
      let c = beta1 * m + (1 - beta1) * g
      let direction: Float = c > 0 ? 1 : c < 0 ? -1 : 0
      slots[i] = beta2 * m + (1 - beta2) * g
      weights[i] = w - (shrink * w + rate * direction)
    }
  }
}
