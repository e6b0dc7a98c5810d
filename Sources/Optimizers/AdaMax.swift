import Tensors

/// AdaMax: Adam with the largest recent gradient in place of the root of the second moment.
///
///     m ← β₁ m + (1 − β₁) g                       first moment     slot "m"
///     book       u ← max(β₂ u, |g|),      w ← w − ε / (1 − β₁ᵗ) · m / u          norm   slot "u"
///     keras      u ← max(β₂ u, |g|),      w ← w − ε / (1 − β₁ᵗ) · m / (u + δ)
///     pytorch    u ← max(β₂ u, |g| + δ),  w ← w − ε / (1 − β₁ᵗ) · m / u
///
/// ε is the learning rate, β₁ `beta1`, β₂ `beta2`, δ `epsilon`, t the step counted from 1, g the true
/// gradient of the minibatch. Where the divisor is 0, m is too, and nothing moves.
///
/// | form | ε | δ |
/// |---|---|---|
/// | book | 0.002 | 0 |
/// | keras | 0.001 | 1e-7 |
/// | pytorch | 0.002 | 1e-8 |
///
/// Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, Algorithm 2,
/// https://arxiv.org/abs/1412.6980.
public struct AdaMax: Optimizer, Varied {
  /// Whose form it is.
  public let variant: Variant
  /// How slowly the first moment forgets, β₁.
  public var beta1: Float = 0.9
  /// How slowly the norm forgets, β₂.
  public var beta2: Float = 0.999
  /// What libraries keep the division from zero with, δ; the book's form has none.
  public var epsilon: Float

  /// AdaMax with the form's settings.
  public init(_ variant: Variant = .book) {
    self.variant = variant
    switch variant {
    case .book: epsilon = 0
    case .keras: epsilon = 1e-7
    case .pytorch: epsilon = 1e-8
    }
  }

  /// First moment and norm.
  public var slotNames: [String] { ["m", "u"] }
  /// 0.002; Keras 0.001.
  public var defaultRate: Float { variant == .keras ? 0.001 : 0.002 }

  /// Applies one update to `weights` in place.
  public func update(
    _ weights: inout MutableSpan<Float>, gradient: Span<Float>, slots: inout MutableSpan<Float>,
    _ step: UpdateStep
  ) {
    let n = weights.count
    let plane = step.plane ?? n
    precondition(gradient.count == n && slots.count == plane + n)
    let (scale, l1, l2) = (step.gradientScale, step.l1, 2 * step.l2)
    let (beta1, beta2, shrink) = (beta1, beta2, step.shrink)
    let rate = Float(Double(step.rate) / (1 - power(Double(beta1), step.step)))
    let (inner, outer) = variant == .pytorch ? (epsilon, 0) : (0, epsilon)
    for i in 0..<n {
      let w = weights[i]
      let sign: Float = w > 0 ? 1 : w < 0 ? -1 : 0
      let g = scale * gradient[i] + l2 * w + l1 * sign
      let m = beta1 * slots[i] + (1 - beta1) * g
      let past = beta2 * slots[plane &+ i]
      let size = (g > 0 ? g : -g) + inner
      let u = past > size ? past : size
      slots[i] = m
      slots[plane &+ i] = u
      let h = u + outer
      weights[i] = w - (shrink * w + rate * (h > 0 ? m / h : 0))
    }
  }
}
