import Tensors

/// RAdam: Adam that waits with the second moment until it can be trusted.
///
///     m ← β₁ m + (1 − β₁) g                       first moment     slot "m"
///     v ← β₂ v + (1 − β₂) g²                      second moment    slot "v"
///     ρ∞ = 2 / (1 − β₂) − 1,   ρₜ = ρ∞ − 2 t β₂ᵗ / (1 − β₂ᵗ)
///     r = √((ρₜ − 4) (ρₜ − 2) ρ∞ / ((ρ∞ − 4) (ρ∞ − 2) ρₜ))
///     ρₜ > ρ₀:    w ← w − ε · r · m / (1 − β₁ᵗ) · √(1 − β₂ᵗ) / (√v + δ)
///     otherwise   w ← w − ε · m / (1 − β₁ᵗ)
///
/// ε is the learning rate, β₁ `beta1`, β₂ `beta2`, δ `epsilon`, t the step counted from 1, g the true
/// gradient of the minibatch. ρₜ is how many gradients v is worth; r shrinks the step while they are few,
/// as a warm-up does. Where the divisor is 0, m is too, and nothing moves.
///
/// | form | ρ₀ | δ | first step that looks at v, with β₂ = 0.999 |
/// |---|---|---|---|
/// | book | 4 | 0 | 5 |
/// | pytorch | 5 | 1e-8 | 6 |
///
/// Liu et al., "On the Variance of the Adaptive Learning Rate and Beyond", ICLR 2020, Algorithm 2,
/// https://arxiv.org/abs/1908.03265; its v has 1/β₂ in place of β₂ by a slip. Keras has no RAdam; its form
/// here is the paper's.
public struct RAdam: Optimizer, Varied {
  /// Whose form it is.
  public let variant: Variant
  /// How slowly the first moment forgets, β₁.
  public var beta1: Float = 0.9
  /// How slowly the second moment forgets, β₂.
  public var beta2: Float = 0.999
  /// What PyTorch keeps the division from zero with, δ; the paper's form has none.
  public var epsilon: Float

  /// RAdam with the form's settings.
  public init(_ variant: Variant = .book) {
    self.variant = variant
    epsilon = variant == .pytorch ? 1e-8 : 0
  }

  /// The moments.
  public var slotNames: [String] { ["m", "v"] }
  /// 0.001, as in PyTorch.
  public var defaultRate: Float { 0.001 }

  /// √(1 − β₂ᵗ) times the rectification r; nil while v is not looked at.
  func rectification(_ step: Int) -> Double? {
    let beta2 = Double(beta2)
    let past = power(beta2, step)
    let limit = 2 / (1 - beta2) - 1
    let length = limit - 2 * Double(step) * past / (1 - past)
    guard length > (variant == .pytorch ? 5 : 4) else { return nil }
    let share = (length - 4) * (length - 2) * limit / ((limit - 4) * (limit - 2) * length)
    return ((1 - past) * share).squareRoot()
  }

  /// Applies one update to `weights` in place.
  public func update(
    _ weights: inout MutableSpan<Float>, gradient: Span<Float>, slots: inout MutableSpan<Float>,
    _ step: UpdateStep
  ) {
    let n = weights.count
    let plane = step.plane ?? n
    precondition(gradient.count == n && slots.count == plane + n)
    let (scale, l1, l2) = (step.gradientScale, step.l1, 2 * step.l2)
    let (beta1, beta2, epsilon, shrink) = (beta1, beta2, epsilon, step.shrink)
    let unscaled = Double(step.rate) / (1 - power(Double(beta1), step.step))
    let rectification = rectification(step.step)
    let rate = Float(unscaled * (rectification ?? 1))
    // The divisor is √v + δ or 1: one loop for both.
    let (root, rest): (Float, Float) = rectification == nil ? (0, 1) : (1, epsilon)
    for i in 0..<n {
      let w = weights[i]
      let sign: Float = w > 0 ? 1 : w < 0 ? -1 : 0
      let g = scale * gradient[i] + l2 * w + l1 * sign
      let m = beta1 * slots[i] + (1 - beta1) * g
      let v = beta2 * slots[plane &+ i] + (1 - beta2) * (g * g)
      slots[i] = m
      slots[plane &+ i] = v
      let h = root * v.squareRoot() + rest
      weights[i] = w - (shrink * w + rate * (h > 0 ? m / h : 0))
    }
  }
}
