import Tensors

/// Nesterov's momentum: the gradient is taken where the velocity is about to lead.
///
///     book       w ← θ + α v                                the point where g is taken
///                v ← α v − ε g                              velocity         slot "v"
///                θ ← θ + v                                  parameters       slot "theta", meanwhile
///     keras      v ← α v − ε g,   w ← w + α v − ε g         g taken at w itself
///     pytorch    v ← α v + g,     w ← w − ε (g + α v)       g taken at w itself
///
/// α is `momentum`, ε the learning rate, g the true gradient at w, penalties included: they are part
/// of what is differentiated, so they too are taken at w.
///
/// ``enterLookAhead(_:slots:)`` keeps θ in its slot and turns the weights into w;
/// ``update(_:gradient:slots:_:)`` leaves the new θ in the weights. Each update needs its own
/// look-ahead before it. Keras and PyTorch store w in place of θ: the same path while the rate is
/// constant, but evaluated and saved one look-ahead further on.
///
/// Goodfellow, Bengio and Courville, "Deep Learning", 2016, Algorithm 8.3; Sutskever et al., "On the
/// importance of initialization and momentum in deep learning", ICML 2013.
public struct Nesterov: Optimizer, Varied {
  /// Whose form it is.
  public let variant: Variant
  /// The share of the velocity that is kept, α.
  public var momentum: Float

  /// Momentum of strength 0.9.
  public init(_ variant: Variant) {
    self.variant = variant
    momentum = 0.9
  }

  /// Momentum of the given strength.
  public init(momentum: Float = 0.9) {
    variant = .book
    self.momentum = momentum
  }

  /// The velocity, and the parameters while the gradient is taken elsewhere.
  public var slotNames: [String] { variant == .book ? ["v", "theta"] : ["v"] }
  /// So does the book's form alone.
  public var looksAhead: Bool { variant == .book }
  /// 0.01, as in Keras.
  public var defaultRate: Float { 0.01 }

  /// Keeps θ and moves the weights to θ + α v.
  public func enterLookAhead(_ weights: inout MutableSpan<Float>, slots: inout MutableSpan<Float>) {
    guard variant == .book else { return }
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
    guard variant == .book else { return }
    let n = weights.count
    precondition(slots.count == 2 * n)
    for i in 0..<n { weights[i] = slots[n &+ i] }
  }

  /// Applies one update; the book's `weights` come as θ + α v and go as the new θ.
  public func update(
    _ weights: inout MutableSpan<Float>, gradient: Span<Float>, slots: inout MutableSpan<Float>,
    _ step: UpdateStep
  ) {
    let n = weights.count
    let plane = step.plane ?? n
    precondition(gradient.count == n && slots.count == (slotNames.count - 1) * plane + n)
    let (scale, l1, l2) = (step.gradientScale, step.l1, 2 * step.l2)
    let (momentum, shrink, rate) = (momentum, step.shrink, step.rate)
    if variant == .book {
      for i in 0..<n {
        let w = weights[i]
        let sign: Float = w > 0 ? 1 : w < 0 ? -1 : 0
        let g = scale * gradient[i] + l2 * w + l1 * sign
        let v = momentum * slots[i] - rate * g
        slots[i] = v
        weights[i] = slots[plane &+ i] + (v - shrink * slots[plane &+ i])
      }
      return
    }
    let (inner, outer) = variant == .pytorch ? (1, -rate) : (-rate, 1)
    for i in 0..<n {
      let w = weights[i]
      let sign: Float = w > 0 ? 1 : w < 0 ? -1 : 0
      let g = inner * (scale * gradient[i] + l2 * w + l1 * sign)
      let v = momentum * slots[i] + g
      slots[i] = v
      weights[i] = w + (outer * (momentum * v + g) - shrink * w)
    }
  }
}
