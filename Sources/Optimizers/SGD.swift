import Tensors

/// Stochastic gradient descent: a step against the gradient.
///
///     w ← w − ε g
///
/// ε is the learning rate, g the true gradient of the minibatch, penalties included.
///
/// Goodfellow, Bengio and Courville, "Deep Learning", 2016, Algorithm 8.1; Robbins and Monro, "A
/// Stochastic Approximation Method", Ann. Math. Statist. 22, 1951. Keras's and PyTorch's SGD without
/// momentum do the same.
public struct SGD: Optimizer {
  /// Plain gradient descent.
  public init() {}

  /// None.
  public var slotNames: [String] { [] }
  /// 0.01, as in Keras.
  public var defaultRate: Float { 0.01 }

  /// Applies one update to `weights` in place.
  public func update(
    _ weights: inout MutableSpan<Float>, gradient: Span<Float>, slots: inout MutableSpan<Float>,
    _ step: UpdateStep
  ) {
    let n = weights.count
    precondition(gradient.count == n && slots.count == 0)
    let (scale, l1, l2) = (step.gradientScale, step.l1, 2 * step.l2)
    let (rate, shrink) = (step.rate, step.shrink)
    for i in 0..<n {
      let w = weights[i]
      let sign: Float = w > 0 ? 1 : w < 0 ? -1 : 0
      let g = scale * gradient[i] + l2 * w + l1 * sign
      weights[i] = w - (shrink * w + rate * g)
    }
  }
}
