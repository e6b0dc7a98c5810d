import Tensors

/// Layer normalization: the elements of a sample are brought to mean 0 and variance 1, then scaled and
/// shifted one by one.
///
///     μ, σ² over the sample,   x̂ = (x − μ) / √(σ² + ε),   y = γ ⊙ x̂ + β
///
/// γ and β have the sample's shape, as in PyTorch's `LayerNorm(shape)`; for features that is Keras's
/// form too. Ba, Kiros and Hinton, "Layer Normalization", 2016.
public struct LayerNormalization: Layer {
  /// ε, which keeps the root away from 0.
  public var epsilon: Float
  /// Whether γ is there.
  public var usesScale: Bool
  /// Whether β is there.
  public var usesShift: Bool

  /// A normalization of the given settings; the defaults are Keras's.
  public init(epsilon: Float = 1e-3, usesScale: Bool = true, usesShift: Bool = true) {
    self.epsilon = epsilon
    self.usesScale = usesScale
    self.usesShift = usesShift
  }

  /// `layer_norm`
  public var kind: String { "layer_norm" }

  /// The shape of the input.
  public func outputShape(for inputs: [Shape]) throws(LayerError) -> Shape { inputs[0] }

  /// `weight` (γ) and `bias` (β) of the sample's shape.
  public func parameters(for inputs: [Shape]) -> [ParameterSpec] {
    normalizationParameters(inputs[0], scale: usesScale, shift: usesShift)
  }
}
