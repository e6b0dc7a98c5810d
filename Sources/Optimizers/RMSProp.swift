import Tensors

/// RMSProp: each weight's step is divided by the recent size of its gradient.
///
///     r ← ρ r + (1 − ρ) g²                         mean square      slot "r"
///     a ← ρ a + (1 − ρ) g                          mean, centred    slot "a"
///     h = √(r + δ),  centred √(r − a² + δ)         book, keras
///     h = √r + δ,    centred √(r − a²) + δ         pytorch
///     v ← α v − ε g / h,   w ← w + v               book, keras      slot "v" where α is not 0
///     v ← α v + g / h,     w ← w − ε v             pytorch
///
/// ε is the learning rate, ρ `rho`, α `momentum`, δ `epsilon`, g the true gradient of the minibatch.
/// With `nesterov` g is taken at θ + α v, θ waiting in slot "theta"; δ is then 0 unless it is given.
/// Where h = 0, the gradient has no part in the step. A variance r − a² that rounding makes negative
/// counts as 0.
///
/// | form | ε | ρ | δ |
/// |---|---|---|---|
/// | book | 0.001 | 0.9 | 1e-6 |
/// | keras | 0.001 | 0.9 | 1e-7 |
/// | pytorch | 0.01 | 0.99 | 1e-8 |
///
/// Goodfellow, Bengio and Courville, "Deep Learning", 2016, Algorithms 8.5 and 8.6; Hinton, Neural
/// Networks for Machine Learning, lecture 6e, 2012; centred: Graves, "Generating Sequences With
/// Recurrent Neural Networks", 2013.
public struct RMSProp: Optimizer, Varied {
  /// Whose form it is.
  public let variant: Variant
  /// How slowly the means forget, ρ.
  public var rho: Float
  /// The share of the velocity that is kept, α.
  public var momentum: Float = 0
  /// Whether the gradient is taken where the velocity is about to lead; the book's form only, and not
  /// centred.
  public var nesterov = false
  /// Whether gradients are divided by their deviation rather than by their size.
  public var centered = false
  /// What keeps the division from zero, δ.
  public var epsilon: Float

  /// RMSProp with the form's settings.
  public init(_ variant: Variant = .book) {
    self.variant = variant
    rho = variant == .pytorch ? 0.99 : 0.9
    switch variant {
    case .book: epsilon = 1e-6
    case .keras: epsilon = 1e-7
    case .pytorch: epsilon = 1e-8
    }
  }

  private var hasVelocity: Bool { momentum != 0 || nesterov }
  private var velocityPlane: Int { centered ? 2 : 1 }

  /// Mean square, then what the settings ask for.
  public var slotNames: [String] {
    ["r"] + (centered ? ["a"] : []) + (hasVelocity ? ["v"] : []) + (nesterov ? ["theta"] : [])
  }
  /// With `nesterov` alone.
  public var looksAhead: Bool { nesterov }
  /// 0.001; PyTorch 0.01.
  public var defaultRate: Float { variant == .pytorch ? 0.01 : 0.001 }

  /// With `nesterov` keeps θ and moves the weights to θ + α v.
  public func enterLookAhead(_ weights: inout MutableSpan<Float>, slots: inout MutableSpan<Float>) {
    guard nesterov else { return }
    let n = weights.count
    precondition(slots.count == 3 * n)
    let momentum = momentum
    for i in 0..<n {
      let theta = weights[i]
      slots[2 &* n &+ i] = theta
      weights[i] = theta + momentum * slots[n &+ i]
    }
  }

  /// Puts θ back into the weights, bit for bit.
  public func leaveLookAhead(_ weights: inout MutableSpan<Float>, slots: inout MutableSpan<Float>) {
    guard nesterov else { return }
    let n = weights.count
    precondition(slots.count == 3 * n)
    for i in 0..<n { weights[i] = slots[2 &* n &+ i] }
  }

  /// Applies one update to `weights` in place.
  public func update(
    _ weights: inout MutableSpan<Float>, gradient: Span<Float>, slots: inout MutableSpan<Float>,
    _ step: UpdateStep
  ) {
    let n = weights.count
    let plane = step.plane ?? n
    precondition(gradient.count == n && slots.count == (slotNames.count - 1) * plane + n)
    precondition(!nesterov || variant == .book && !centered)
    let (scale, l1, l2) = (step.gradientScale, step.l1, 2 * step.l2)
    let (rho, momentum, shrink) = (rho, momentum, step.shrink)
    let (rootInner, rootOuter) = variant == .pytorch ? (0, epsilon) : (epsilon, 0)
    let (inner, outer) = variant == .pytorch ? (1, -step.rate) : (-step.rate, 1)
    let velocity = velocityPlane * plane
    switch (centered, hasVelocity) {
    case (false, false):
      for i in 0..<n {
        let w = weights[i]
        let sign: Float = w > 0 ? 1 : w < 0 ? -1 : 0
        let g = scale * gradient[i] + l2 * w + l1 * sign
        let r = rho * slots[i] + (1 - rho) * (g * g)
        slots[i] = r
        let h = (r + rootInner).squareRoot() + rootOuter
        weights[i] = w + (inner * outer * (h > 0 ? g / h : 0) - shrink * w)
      }
    case (true, false):
      for i in 0..<n {
        let w = weights[i]
        let sign: Float = w > 0 ? 1 : w < 0 ? -1 : 0
        let g = scale * gradient[i] + l2 * w + l1 * sign
        let r = rho * slots[i] + (1 - rho) * (g * g)
        let a = rho * slots[plane &+ i] + (1 - rho) * g
        slots[i] = r
        slots[plane &+ i] = a
        let variance = r - a * a
        let h = ((variance > 0 ? variance : 0) + rootInner).squareRoot() + rootOuter
        weights[i] = w + (inner * outer * (h > 0 ? g / h : 0) - shrink * w)
      }
    case (false, true) where nesterov:
      precondition(slots.count == 2 * plane + n)
      for i in 0..<n {
        let w = weights[i]
        let sign: Float = w > 0 ? 1 : w < 0 ? -1 : 0
        let g = scale * gradient[i] + l2 * w + l1 * sign
        let r = rho * slots[i] + (1 - rho) * (g * g)
        slots[i] = r
        let h = (r + rootInner).squareRoot() + rootOuter
        let v = momentum * slots[plane &+ i] + inner * (h > 0 ? g / h : 0)
        slots[plane &+ i] = v
        weights[i] = slots[2 &* plane &+ i] + (outer * v - shrink * slots[2 &* plane &+ i])
      }
    case (false, true):
      for i in 0..<n {
        let w = weights[i]
        let sign: Float = w > 0 ? 1 : w < 0 ? -1 : 0
        let g = scale * gradient[i] + l2 * w + l1 * sign
        let r = rho * slots[i] + (1 - rho) * (g * g)
        slots[i] = r
        let h = (r + rootInner).squareRoot() + rootOuter
        let v = momentum * slots[velocity &+ i] + inner * (h > 0 ? g / h : 0)
        slots[velocity &+ i] = v
        weights[i] = w + (outer * v - shrink * w)
      }
    case (true, true):
      for i in 0..<n {
        let w = weights[i]
        let sign: Float = w > 0 ? 1 : w < 0 ? -1 : 0
        let g = scale * gradient[i] + l2 * w + l1 * sign
        let r = rho * slots[i] + (1 - rho) * (g * g)
        let a = rho * slots[plane &+ i] + (1 - rho) * g
        slots[i] = r
        slots[plane &+ i] = a
        let variance = r - a * a
        let h = ((variance > 0 ? variance : 0) + rootInner).squareRoot() + rootOuter
        let v = momentum * slots[velocity &+ i] + inner * (h > 0 ? g / h : 0)
        slots[velocity &+ i] = v
        weights[i] = w + (outer * v - shrink * w)
      }
    }
  }
}
