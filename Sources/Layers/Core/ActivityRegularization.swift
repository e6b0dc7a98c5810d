import Tensors

/// A penalty on the outputs of a layer, λ₁ Σ|y| + λ₂ Σ y², per sample.
public struct ActivityPenalty: Hashable, Sendable {
  /// λ₁
  public var l1: Float
  /// λ₂
  public var l2: Float

  /// A penalty of the given strengths.
  public init(l1: Float = 0, l2: Float = 0) {
    self.l1 = l1
    self.l2 = l2
  }
}

/// A layer whose outputs may be penalized.
public protocol ActivityPenalized {
  /// The penalty on the outputs, after the activation; nil where there is none.
  var activityRegularizer: ActivityPenalty? { get }
}

/// Passes its input on and penalizes it.
///
///     y = x,    penalty = 1/N · Σ over samples of λ₁ Σ|x| + λ₂ Σ x²
///     ∂x = ∂y + λ₁ sign(x) + 2 λ₂ x              per sample; the division by N comes with the step
///
/// N is the number of samples of the global minibatch. Padded steps of sequences are left out; Keras counts them. A layer's `activity_regularizer` puts this
/// behind it. Keras's `ActivityRegularization`; Goodfellow, Bengio and Courville, "Deep Learning", 2016,
/// section 7.10.
public struct ActivityRegularization: Layer {
  /// The strengths.
  public var penalty: ActivityPenalty

  /// A layer with the given penalty.
  public init(_ penalty: ActivityPenalty) { self.penalty = penalty }

  /// `activity_regularization`
  public var kind: String { "activity_regularization" }

  /// The shape of the input.
  public func outputShape(for inputs: [Shape]) throws(LayerError) -> Shape { inputs[0] }
}
