import Tensors

/// Adam: a step along the mean gradient, scaled by its recent size, weight by weight.
///
///     m ← β₁ m + (1 − β₁) g                       first moment     slot "m"
///     v ← β₂ v + (1 − β₂) g²                      second moment    slot "v"
///     book, pytorch    w ← w − ε · (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + δ)
///     keras            w ← w − ε · √(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√v + δ)
///
/// ε is the learning rate, β₁ `beta1`, β₂ `beta2`, δ `epsilon`, t the step counted from 1, g the true
/// gradient of the minibatch, penalties included. Keras's δ is the paper's "epsilon hat": it weighs
/// more in early steps. δ is 1e-8, in Keras 1e-7.
///
/// With `amsgrad` the largest v so far, slot "vmax", stands in the root in place of v. Reddi et al.
/// correct no moment; all forms here do, as the libraries.
///
/// Goodfellow, Bengio and Courville, "Deep Learning", 2016, Algorithm 8.7; Kingma and Ba, "Adam: A
/// Method for Stochastic Optimization", ICLR 2015, Algorithm 1, https://arxiv.org/abs/1412.6980;
/// Reddi, Kale and Kumar, "On the Convergence of Adam and Beyond", ICLR 2018.
public struct Adam: Optimizer, Varied {
  /// Whose form it is.
  public let variant: Variant
  /// How slowly the first moment forgets, β₁.
  public var beta1: Float = 0.9
  /// How slowly the second moment forgets, β₂.
  public var beta2: Float = 0.999
  /// What keeps the division from zero, δ.
  public var epsilon: Float
  /// Whether the largest second moment so far is used.
  public var amsgrad = false

  /// Adam with the form's settings.
  public init(_ variant: Variant = .book) {
    self.variant = variant
    epsilon = variant == .keras ? 1e-7 : 1e-8
  }

  /// The moments.
  public var slotNames: [String] { amsgrad ? ["m", "v", "vmax"] : ["m", "v"] }
  /// 0.001, as in the paper.
  public var defaultRate: Float { 0.001 }

  /// Applies one update to `weights` in place.
  public func update(
    _ weights: inout MutableSpan<Float>, gradient: Span<Float>, slots: inout MutableSpan<Float>,
    _ step: UpdateStep
  ) {
    let n = weights.count
    let plane = step.plane ?? n
    precondition(gradient.count == n && slots.count == (amsgrad ? 2 : 1) * plane + n)
    let (scale, l1, l2) = (step.gradientScale, step.l1, 2 * step.l2)
    let (beta1, beta2, epsilon, shrink) = (beta1, beta2, epsilon, step.shrink)
    // The first correction goes into the rate, the second into the root, or Keras's into the rate.
    let first = 1 - power(Double(beta1), step.step)
    let second = 1 - power(Double(beta2), step.step)
    let isKeras = variant == .keras
    let rate = Float(Double(step.rate) / first * (isKeras ? second.squareRoot() : 1))
    let correction = isKeras ? 1 : Float(1 / second)
    if amsgrad {
      for i in 0..<n {
        let w = weights[i]
        let sign: Float = w > 0 ? 1 : w < 0 ? -1 : 0
        let g = scale * gradient[i] + l2 * w + l1 * sign
        let m = beta1 * slots[i] + (1 - beta1) * g
        let v = beta2 * slots[plane &+ i] + (1 - beta2) * (g * g)
        let past = slots[2 &* plane &+ i]
        let most = v > past ? v : past
        slots[i] = m
        slots[plane &+ i] = v
        slots[2 &* plane &+ i] = most
        weights[i] = w - (shrink * w + rate * m / ((most * correction).squareRoot() + epsilon))
      }
      return
    }
    for i in 0..<n {
      let w = weights[i]
      let sign: Float = w > 0 ? 1 : w < 0 ? -1 : 0
      let g = scale * gradient[i] + l2 * w + l1 * sign
      let m = beta1 * slots[i] + (1 - beta1) * g
      let v = beta2 * slots[plane &+ i] + (1 - beta2) * (g * g)
      slots[i] = m
      slots[plane &+ i] = v
      weights[i] = w - (shrink * w + rate * m / ((v * correction).squareRoot() + epsilon))
    }
  }
}
