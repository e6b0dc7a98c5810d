import Tensors

/// LAMB: Adam whose step is, for each parameter, as long as the parameter itself.
///
///     m ← β₁ m + (1 − β₁) g                       first moment     slot "m"
///     v ← β₂ v + (1 − β₂) g²                      second moment    slot "v"
///     d = (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + δ) + λ w
///     w ← w − ε ‖w‖ / ‖d‖ · d,  the ratio being 1 where a norm is 0
///
/// ε is the learning rate, β₁ `beta1`, β₂ `beta2`, δ `epsilon`, λ the weight decay, t the step counted
/// from 1, g the true gradient of the minibatch; norms are over one parameter. δ is 1e-6, in Keras
/// 1e-7. Keras keeps λ out of d and lets w decay before the step, by 1 − ε λ; ‖w‖ is the norm of what is
/// left.
///
/// You et al., "Large Batch Optimization for Deep Learning: Training BERT in 76 minutes", ICLR 2020,
/// Algorithm 2 with φ(z) = z, https://arxiv.org/abs/1904.00962. PyTorch has no LAMB; its form here is
/// the book's.
public struct LAMB: Optimizer, Varied {
  /// Whose form it is.
  public let variant: Variant
  /// How slowly the first moment forgets, β₁.
  public var beta1: Float = 0.9
  /// How slowly the second moment forgets, β₂.
  public var beta2: Float = 0.999
  /// What keeps the division from zero, δ.
  public var epsilon: Float

  /// LAMB with the form's settings.
  public init(_ variant: Variant = .book) {
    self.variant = variant
    epsilon = variant == .keras ? 1e-7 : 1e-6
  }

  /// The moments.
  public var slotNames: [String] { ["m", "v"] }
  /// 0.001, as in Keras.
  public var defaultRate: Float { 0.001 }
  /// The length of a step takes the parameter's norms.
  public var usesNorms: Bool { true }

  /// Updates the moments and leaves d.
  public func direct(
    _ gradient: inout MutableSpan<Float>, weights: Span<Float>, slots: inout MutableSpan<Float>,
    _ step: UpdateStep
  ) {
    let n = weights.count
    precondition(gradient.count == n && slots.count == 2 * n)
    let (scale, l1, l2) = (step.gradientScale, step.l1, 2 * step.l2)
    let (beta1, beta2, epsilon) = (beta1, beta2, epsilon)
    let decay = variant == .keras ? 0 : step.decay
    let first = Float(1 / (1 - power(Double(beta1), step.step)))
    let second = Float(1 / (1 - power(Double(beta2), step.step)))
    for i in 0..<n {
      let w = weights[i]
      let sign: Float = w > 0 ? 1 : w < 0 ? -1 : 0
      let g = scale * gradient[i] + l2 * w + l1 * sign
      let m = beta1 * slots[i] + (1 - beta1) * g
      let v = beta2 * slots[n &+ i] + (1 - beta2) * (g * g)
      slots[i] = m
      slots[n &+ i] = v
      gradient[i] = first * m / ((v * second).squareRoot() + epsilon) + decay * w
    }
  }

  /// Moves `weights` along d, which comes as `gradient`.
  public func update(
    _ weights: inout MutableSpan<Float>, gradient: Span<Float>, slots: inout MutableSpan<Float>,
    _ step: UpdateStep
  ) {
    let n = weights.count
    precondition(gradient.count == n)
    guard let norms = step.norms else { preconditionFailure("LAMB without norms") }
    let shrink = variant == .keras ? step.shrink : 0
    let length = norms.weights * abs(1 - Double(shrink))
    let isScaled = length > 0 && norms.direction > 0
    let ratio = isScaled ? length / norms.direction : 1
    let rate = Float(Double(step.rate) * ratio)
    for i in 0..<n { weights[i] = weights[i] - (shrink * weights[i] + rate * gradient[i]) }
  }
}
