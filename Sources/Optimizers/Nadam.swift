import Tensors

/// Nadam: Adam whose first moment looks one step ahead, as Nesterov's velocity does.
///
///     μₜ = β₁ (1 − ½ · 0.96^(κ t)),   Πₜ = μ₁ ⋯ μₜ
///     m ← β₁ m + (1 − β₁) g                       first moment     slot "m"
///     v ← β₂ v + (1 − β₂) g²                      second moment    slot "v"
///     w ← w − ε · (μₜ₊₁ m / (1 − Πₜ₊₁) + (1 − μₜ) g / (1 − Πₜ)) / (√(v / (1 − β₂ᵗ)) + δ)
///
/// ε is the learning rate, β₁ `beta1`, β₂ `beta2`, δ `epsilon`, t the step counted from 1, g the true
/// gradient of the minibatch. The momentum's schedule has κ = 0.004 (the paper's t / 250, and
/// PyTorch's), in Keras 1, which makes μ reach β₁ within a hundred steps.
///
/// | form | ε | κ | δ |
/// |---|---|---|---|
/// | book, pytorch | 0.002 | 0.004 | 1e-8 |
/// | keras | 0.001 | 1 | 1e-7 |
///
/// Dozat, "Incorporating Nesterov Momentum into Adam", ICLR workshop 2016.
public struct Nadam: Optimizer, Varied {
  /// Whose form it is.
  public let variant: Variant
  /// How slowly the first moment forgets, and the limit of the momentum, β₁.
  public var beta1: Float = 0.9
  /// How slowly the second moment forgets, β₂.
  public var beta2: Float = 0.999
  /// What keeps the division from zero, δ.
  public var epsilon: Float

  /// Nadam with the form's settings.
  public init(_ variant: Variant = .book) {
    self.variant = variant
    epsilon = variant == .keras ? 1e-7 : 1e-8
  }

  /// The moments.
  public var slotNames: [String] { ["m", "v"] }
  /// 0.002; Keras 0.001.
  public var defaultRate: Float { variant == .keras ? 0.001 : 0.002 }

  /// μₜ, μₜ₊₁ and Πₜ: a function of the step, so nothing needs to be kept.
  func momenta(_ step: Int) -> (now: Double, next: Double, product: Double) {
    let limit = Double(beta1)
    // 0.96^κ; a literal, since κ is no integer.
    let base = variant == .keras ? 0.96 : 0.99983672535267527842
    func momentum(_ decay: Double) -> Double { limit * (1 - 0.5 * decay) }
    var (product, decay, t) = (1.0, 1.0, 0)
    // Beyond 1e-20 the product no longer changes 1 − Π.
    while t < step, product > 1e-20 {
      decay *= base
      product *= momentum(decay)
      t += 1
    }
    let now = power(base, step)
    return (momentum(now), momentum(now * base), product)
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
    let (now, next, product) = momenta(step.step)
    let ahead = Float(Double(step.rate) * next / (1 - product * next))
    let fresh = Float(Double(step.rate) * (1 - now) / (1 - product))
    let correction = Float(1 / (1 - power(Double(beta2), step.step)))
    for i in 0..<n {
      let w = weights[i]
      let sign: Float = w > 0 ? 1 : w < 0 ? -1 : 0
      let g = scale * gradient[i] + l2 * w + l1 * sign
      let m = beta1 * slots[i] + (1 - beta1) * g
      let v = beta2 * slots[plane &+ i] + (1 - beta2) * (g * g)
      slots[i] = m
      slots[plane &+ i] = v
      let h = (v * correction).squareRoot() + epsilon
      weights[i] = w - (shrink * w + (ahead * m + fresh * g) / h)
    }
  }
}
