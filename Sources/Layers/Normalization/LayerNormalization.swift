import Tensors

/// Layer normalization: the elements of a sample are brought to mean 0 and variance 1, then scaled and
/// shifted one by one.
///
///     μ, σ² over the sample,   x̂ = (x − μ) / √(σ² + ε),   y = γ ⊙ x̂ + β
///
/// γ and β have the sample's shape, as in PyTorch's `LayerNorm(shape)`; for features that is Keras's
/// form too. Per step, each step of a sequence `[steps, features]` is normalized by itself and γ and β have
/// the shape of its features, as in PyTorch's `LayerNorm(features)` and in Keras. Ba, Kiros and Hinton, "Layer Normalization", 2016.
public struct LayerNormalization: Layer {
  /// ε, which keeps the root away from 0.
  public var epsilon: Float
  /// Whether γ is there.
  public var usesScale: Bool
  /// Whether β is there.
  public var usesShift: Bool
  /// Whether each step of a sequence is normalized by itself.
  public var isPerStep: Bool

  /// A normalization of the given settings; the defaults are Keras's.
  public init(
    epsilon: Float = 1e-3, usesScale: Bool = true, usesShift: Bool = true, isPerStep: Bool = false
  ) {
    self.isPerStep = isPerStep
    self.epsilon = epsilon
    self.usesScale = usesScale
    self.usesShift = usesShift
  }

  /// `layer_norm`
  public var kind: String { "layer_norm" }

  /// The shape of the input.
  public func outputShape(for inputs: [Shape]) throws(LayerError) -> Shape {
    guard !isPerStep || inputs[0].rank == 2 else {
      throw LayerError(
        "layer normalization per step needs a sequence [steps, features] but gets \(inputs[0]); leave"
          + " per_step out")
    }
    return inputs[0]
  }

  /// `weight` (γ) and `bias` (β) of the sample's shape, or of the features' of a step.
  public func parameters(for inputs: [Shape]) -> [ParameterSpec] {
    normalizationParameters(
      isPerStep ? [inputs[0][1]] : inputs[0], scale: usesScale, shift: usesShift)
  }
}
