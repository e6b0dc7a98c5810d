import Tensors

/// What changes from step to step and from range to range, beside the gradient itself.
public struct UpdateStep: Sendable {
  /// The learning rate of this step for this range.
  public var rate: Float
  /// The number of this update, counted from 1.
  public var step: Int
  /// What the summed gradient is multiplied by: 1/normalizer, times a clipping factor.
  public var gradientScale: Float
  /// The λ of the penalty λ·Σ|w|, whose gradient λ·sign(w) is added.
  public var l1: Float
  /// The λ of the penalty λ·Σw², whose gradient 2λw is added.
  public var l2: Float
  /// The λ of decoupled weight decay, w ← (1 − ε λ) w beside the step itself.
  public var decay: Float
  /// The norms of the whole parameter, for rules that use them.
  public var norms: ParameterNorms?
  /// The distance of one plane of the slots from the next where the weights are a part of what the
  /// planes were made for; nil where planes are as long as the weights.
  public var plane: Int?

  /// A step of the given settings.
  public init(
    rate: Float, step: Int, gradientScale: Float = 1, l1: Float = 0, l2: Float = 0,
    decay: Float = 0, norms: ParameterNorms? = nil
  ) {
    self.rate = rate
    self.step = step
    self.gradientScale = gradientScale
    self.l1 = l1
    self.l2 = l2
    self.decay = decay
    self.norms = norms
  }

  /// The share of a weight that decays, ε λ.
  ///
  /// Rules take w − (ε λ w + …) and not (1 − ε λ) w − …: where ε λ is near the last place of 1, that
  /// factor is rounded to a multiple of 6e-8, the same way in every step.
  var shrink: Float { rate * decay }
}

/// The Euclidean norms of one parameter, summed in `Double` over its plain order.
public struct ParameterNorms: Hashable, Sendable {
  /// ‖w‖
  public var weights: Double
  /// ‖d‖, d being what ``Optimizer/direct(_:weights:slots:_:)`` left.
  public var direction: Double

  /// The given norms.
  public init(weights: Double, direction: Double) {
    self.weights = weights
    self.direction = direction
  }
}

/// A rule that moves parameters along a gradient, in one fused pass.
///
/// Each rule first forms the true gradient g = `gradientScale`·gradient + 2·`l2`·w + `l1`·sign(w),
/// then applies its own recurrence; `decay` shrinks the weights beside it. Slots are the rule's
/// memory: one plane per name, each as long as the weights, one plane after the other, all zero
/// before the first step. A rule works element by element, so cutting a range in two changes
/// nothing; only rules with ``usesNorms`` see a parameter as a whole, through its norms.
public protocol Optimizer: Sendable {
  /// The names of the slots, in the order of their planes.
  var slotNames: [String] { get }

  /// The learning rate where the configuration names none.
  var defaultRate: Float { get }

  /// The λ of decoupled weight decay where the configuration names none.
  var defaultDecay: Float { get }

  /// Whether the step depends on norms over the whole parameter.
  ///
  /// Such a rule gets one parameter at a time, and ``direct(_:weights:slots:_:)`` before the update.
  var usesNorms: Bool { get }

  /// Whether the gradient is taken elsewhere than at θ, so that the look ahead moves the weights.
  var looksAhead: Bool { get }

  /// Turns `gradient` into the direction d whose norm is to be taken, in place.
  ///
  /// Called for rules with ``usesNorms`` only. The update that follows gets d in place of the
  /// gradient, and both norms in its step.
  func direct(
    _ gradient: inout MutableSpan<Float>, weights: Span<Float>, slots: inout MutableSpan<Float>,
    _ step: UpdateStep)

  /// Applies one update to `weights` in place.
  ///
  /// `gradient` was taken at what `weights` hold after ``enterLookAhead(_:slots:)``; afterwards they
  /// hold the new parameters θ, outside of any look-ahead.
  ///
  /// - Precondition: `gradient` is as long as `weights`, `slots` ends with the last plane's part for
  ///   them, planes being ``UpdateStep/plane`` apart, and ``enterLookAhead(_:slots:)`` was called
  ///   since the last update.
  func update(
    _ weights: inout MutableSpan<Float>, gradient: Span<Float>, slots: inout MutableSpan<Float>,
    _ step: UpdateStep)

  /// Turns the parameters θ in `weights` into the point at which the gradient is to be taken.
  ///
  /// Called once before the gradient of every step, whatever the rule:
  ///
  ///     enterLookAhead → gradient → update                 a step
  ///     enterLookAhead → gradient → leaveLookAhead         a step given up
  ///
  /// Between steps `weights` hold θ; evaluation, digests and checkpoints belong there.
  ///
  /// - Precondition: `weights` hold θ.
  func enterLookAhead(_ weights: inout MutableSpan<Float>, slots: inout MutableSpan<Float>)

  /// Turns that point back into θ, bit for bit; for a step that is given up before its update.
  ///
  /// - Precondition: ``enterLookAhead(_:slots:)`` was called, and no update since.
  func leaveLookAhead(_ weights: inout MutableSpan<Float>, slots: inout MutableSpan<Float>)
}

extension Optimizer {
  /// Most rules leave weights to the penalties.
  public var defaultDecay: Float { 0 }

  /// Most rules work element by element.
  public var usesNorms: Bool { false }

  /// Most rules take the gradient at θ itself.
  public var looksAhead: Bool { false }

  /// Most rules need no norms.
  public func direct(
    _ gradient: inout MutableSpan<Float>, weights: Span<Float>, slots: inout MutableSpan<Float>,
    _ step: UpdateStep
  ) {
  }

  /// Most rules take the gradient at θ itself.
  public func enterLookAhead(_ weights: inout MutableSpan<Float>, slots: inout MutableSpan<Float>) {
  }

  /// Most rules take the gradient at θ itself.
  public func leaveLookAhead(_ weights: inout MutableSpan<Float>, slots: inout MutableSpan<Float>) {
  }
}
