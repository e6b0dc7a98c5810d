import Tensors

/// Adam: a step along the mean gradient, scaled by its recent size, weight by weight.
///
///     m ← β₁ m + (1 − β₁) g                       first moment     slot "m"
///     v ← β₂ v + (1 − β₂) g²                      second moment    slot "v"
///     w ← w − ε · (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + δ)
///
/// ε is the learning rate, β₁ `beta1`, β₂ `beta2`, δ `epsilon`, t the step counted from 1, g the true
/// gradient of the minibatch, penalties included.
///
/// Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, Algorithm 1,
/// https://arxiv.org/abs/1412.6980. PyTorch does the same; Keras adds δ before the bias correction
/// ("epsilon hat" in the paper), so its numbers differ in early steps.
public struct Adam: Optimizer {
  /// The moments.
  public static let slotNames = ["m", "v"]
  /// 0.001, as in the paper.
  public static let defaultRate: Float = 0.001

  /// How slowly the first moment forgets, β₁.
  public var beta1: Float
  /// How slowly the second moment forgets, β₂.
  public var beta2: Float
  /// What keeps the division from zero, δ.
  public var epsilon: Float

  /// Adam with the paper's settings unless others are given.
  public init(beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8) {
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
  }

  /// Applies one update to `weights` in place.
  public func update(
    _ weights: inout MutableSpan<Float>, gradient: Span<Float>, slots: inout MutableSpan<Float>,
    _ step: UpdateStep
  ) {
    let n = weights.count
    precondition(gradient.count == n && slots.count == 2 * n)
    let (scale, l1, l2) = (step.gradientScale, step.l1, 2 * step.l2)
    let (beta1, beta2, epsilon) = (beta1, beta2, epsilon)
    // The first correction goes into the rate, the second into the root, outside the loop.
    let rate = Float(Double(step.rate) / (1 - power(Double(beta1), step.step)))
    let correction = Float(1 / (1 - power(Double(beta2), step.step)))
    for i in 0..<n {
      let w = weights[i]
      let sign: Float = w > 0 ? 1 : w < 0 ? -1 : 0
      let g = scale * gradient[i] + l2 * w + l1 * sign
      let m = beta1 * slots[i] + (1 - beta1) * g
      let v = beta2 * slots[n &+ i] + (1 - beta2) * (g * g)
      slots[i] = m
      slots[n &+ i] = v
      weights[i] = w - rate * m / ((v * correction).squareRoot() + epsilon)
    }
  }
}
