import Tensors

/// AdaGrad: each weight's rate shrinks with all the gradients that it has seen.
///
///     r ← r + g²                                   sum of squares   slot "r", from 0
///     book, pytorch    w ← w − ε g / (√(r + r₀) + δ)
///     keras            w ← w − ε g / √(r + r₀ + δ)
///
/// ε is the learning rate, r₀ `initialAccumulator`, δ `epsilon`, g the true gradient of the minibatch.
///
/// | form | ε | r₀ | δ |
/// |---|---|---|---|
/// | book | 0.01 | 0 | 1e-7 |
/// | keras | 0.001 | 0.1 | 1e-7 |
/// | pytorch | 0.01 | 0 | 1e-10 |
///
/// Goodfellow, Bengio and Courville, "Deep Learning", 2016, Algorithm 8.4 (which leaves ε open);
/// Duchi, Hazan and Singer, "Adaptive Subgradient Methods", JMLR 2011. Libraries keep r + r₀ in the
/// slot.
public struct AdaGrad: Optimizer, Varied {
  /// Whose form it is.
  public let variant: Variant
  /// What the sum of squares begins with, r₀.
  public var initialAccumulator: Float
  /// What keeps the division from zero, δ.
  public var epsilon: Float

  /// AdaGrad with the form's settings.
  public init(_ variant: Variant = .book) {
    self.variant = variant
    initialAccumulator = variant == .keras ? 0.1 : 0
    epsilon = variant == .pytorch ? 1e-10 : 1e-7
  }

  /// The sum of squares.
  public var slotNames: [String] { ["r"] }
  /// 0.01; Keras 0.001.
  public var defaultRate: Float { variant == .keras ? 0.001 : 0.01 }

  /// Applies one update to `weights` in place.
  public func update(
    _ weights: inout MutableSpan<Float>, gradient: Span<Float>, slots: inout MutableSpan<Float>,
    _ step: UpdateStep
  ) {
    let n = weights.count
    precondition(gradient.count == n && slots.count == n)
    let (scale, l1, l2) = (step.gradientScale, step.l1, 2 * step.l2)
    let (rate, shrink) = (step.rate, step.shrink)
    let inner = initialAccumulator + (variant == .keras ? epsilon : 0)
    let outer = variant == .keras ? 0 : epsilon
    for i in 0..<n {
      let w = weights[i]
      let sign: Float = w > 0 ? 1 : w < 0 ? -1 : 0
      let g = scale * gradient[i] + l2 * w + l1 * sign
      let r = slots[i] + g * g
      slots[i] = r
      weights[i] = w - (shrink * w + rate * g / ((r + inner).squareRoot() + outer))
    }
  }
}
