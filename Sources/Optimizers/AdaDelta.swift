import Tensors

/// AdaDelta: steps in units of recent steps over recent gradients.
///
///     r ← ρ r + (1 − ρ) g²                         mean square gradient   slot "r"
///     d ← √(s + δ) / √(r + δ) · g
///     s ← ρ s + (1 − ρ) d²                         mean square step       slot "s"
///     w ← w − ε d
///
/// ε is the learning rate (the paper has none: 1), ρ `rho`, δ `epsilon`, g the true gradient of the
/// minibatch. All forms compute the same; their defaults differ:
///
/// | form | ε | ρ | δ |
/// |---|---|---|---|
/// | book | 1 | 0.95 | 1e-6 |
/// | keras | 0.001 | 0.95 | 1e-7 |
/// | pytorch | 1 | 0.9 | 1e-6 |
///
/// Zeiler, "ADADELTA: An Adaptive Learning Rate Method", 2012, https://arxiv.org/abs/1212.5701.
public struct AdaDelta: Optimizer, Varied {
  /// Whose defaults it has.
  public let variant: Variant
  /// How slowly the mean squares forget, ρ.
  public var rho: Float
  /// What lets the first step begin and keeps the division from zero, δ.
  public var epsilon: Float

  /// AdaDelta with the form's settings.
  public init(_ variant: Variant = .book) {
    self.variant = variant
    rho = variant == .pytorch ? 0.9 : 0.95
    epsilon = variant == .keras ? 1e-7 : 1e-6
  }

  /// The mean squares.
  public var slotNames: [String] { ["r", "s"] }
  /// 1; Keras 0.001.
  public var defaultRate: Float { variant == .keras ? 0.001 : 1 }

  /// Applies one update to `weights` in place.
  public func update(
    _ weights: inout MutableSpan<Float>, gradient: Span<Float>, slots: inout MutableSpan<Float>,
    _ step: UpdateStep
  ) {
    let n = weights.count
    let plane = step.plane ?? n
    precondition(gradient.count == n && slots.count == plane + n)
    let (scale, l1, l2) = (step.gradientScale, step.l1, 2 * step.l2)
    let (rate, shrink) = (step.rate, step.shrink)
    let (rho, epsilon) = (rho, epsilon)
    for i in 0..<n {
      let w = weights[i]
      let sign: Float = w > 0 ? 1 : w < 0 ? -1 : 0
      let g = scale * gradient[i] + l2 * w + l1 * sign
      let r = rho * slots[i] + (1 - rho) * (g * g)
      let s = slots[plane &+ i]
      let d = (s + epsilon).squareRoot() / (r + epsilon).squareRoot() * g
      slots[i] = r
      slots[plane &+ i] = rho * s + (1 - rho) * (d * d)
      weights[i] = w - (shrink * w + rate * d)
    }
  }
}
