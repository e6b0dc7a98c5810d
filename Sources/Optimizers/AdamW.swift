import Tensors

/// AdamW: Adam whose weights decay beside the step, not through the gradient.
///
///     w ← (1 − ε λ) w − (the step of Adam)
///
/// ε is the learning rate, λ the weight decay: 0.01 as in the paper and PyTorch, 0.004 in Keras. A
/// penalty λ w² in the gradient would be divided by Adam's root and hardly act on weights with large
/// gradients. The paper scales λ by its schedule alone; here and in the libraries λ also goes
/// with ε.
///
/// Loshchilov and Hutter, "Decoupled Weight Decay Regularization", ICLR 2019,
/// https://arxiv.org/abs/1711.05101.
public struct AdamW: Optimizer, Varied {
  /// The step without the decay.
  public var adam: Adam

  /// AdamW with the form's settings.
  public init(_ variant: Variant = .book) { adam = Adam(variant) }

  /// Whose form it is.
  public var variant: Variant { adam.variant }
  /// Those of Adam.
  public var slotNames: [String] { adam.slotNames }
  /// 0.001, as in the paper.
  public var defaultRate: Float { adam.defaultRate }
  /// 0.01; Keras 0.004.
  public var defaultDecay: Float { variant == .keras ? 0.004 : 0.01 }

  /// Applies one update to `weights` in place.
  public func update(
    _ weights: inout MutableSpan<Float>, gradient: Span<Float>, slots: inout MutableSpan<Float>,
    _ step: UpdateStep
  ) {
    adam.update(&weights, gradient: gradient, slots: &slots, step)
  }
}
