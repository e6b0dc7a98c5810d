import Tensors

/// Nesterov's momentum: the gradient is taken where the velocity is about to lead.
///
///     w ← θ + α v                                 the point where g is taken
///     v ← α v − ε g                               velocity         slot "v"
///     θ ← θ + v                                   parameters       slot "theta", while w is looked at
///
/// α is `momentum`, ε the learning rate, g the true gradient at w, penalties included: they are part
/// of what is differentiated, so they too are taken at w.
///
/// ``enterLookAhead(_:slots:)`` keeps θ in its slot and turns the weights into w;
/// ``update(_:gradient:slots:_:)`` leaves the new θ in the weights. Each update needs its own
/// look-ahead before it.
///
/// Goodfellow, Bengio and Courville, "Deep Learning", 2016, Algorithm 8.3; Sutskever et al., "On the
/// importance of initialization and momentum in deep learning", ICML 2013. PyTorch and Keras store w
/// in place of θ: the same path, but evaluated and saved one look-ahead further on.
public struct Nesterov: Optimizer {
  /// The velocity, and the parameters while the gradient is taken elsewhere.
  public static let slotNames = ["v", "theta"]
  /// 0.01, as in Keras.
  public static let defaultRate: Float = 0.01

  /// The share of the velocity that is kept, α.
  public var momentum: Float

  /// Momentum of the given strength.
  public init(momentum: Float = 0.9) { self.momentum = momentum }

  /// Keeps θ and moves the weights to θ + α v.
  public func enterLookAhead(_ weights: inout MutableSpan<Float>, slots: inout MutableSpan<Float>) {
    let n = weights.count
    precondition(slots.count == 2 * n)
    let momentum = momentum
    for i in 0..<n {
      let theta = weights[i]
      slots[n &+ i] = theta
      weights[i] = theta + momentum * slots[i]
    }
  }

  /// Puts θ back into the weights, bit for bit.
  public func leaveLookAhead(_ weights: inout MutableSpan<Float>, slots: inout MutableSpan<Float>) {
    let n = weights.count
    precondition(slots.count == 2 * n)
    for i in 0..<n { weights[i] = slots[n &+ i] }
  }

  /// Applies one update; `weights` come as θ + α v and go as the new θ.
  public func update(
    _ weights: inout MutableSpan<Float>, gradient: Span<Float>, slots: inout MutableSpan<Float>,
    _ step: UpdateStep
  ) {
    let n = weights.count
    precondition(gradient.count == n && slots.count == 2 * n)
    let (rate, scale, l1, l2) = (step.rate, step.gradientScale, step.l1, 2 * step.l2)
    let momentum = momentum
    for i in 0..<n {
      let w = weights[i]
      let sign: Float = w > 0 ? 1 : w < 0 ? -1 : 0
      let g = scale * gradient[i] + l2 * w + l1 * sign
      let v = momentum * slots[i] - rate * g
      slots[i] = v
      weights[i] = slots[n &+ i] + v
    }
  }
}
