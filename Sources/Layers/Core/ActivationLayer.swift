import Tensors

/// An activation as a layer of its own.
public struct ActivationLayer: Layer {
  /// The function applied.
  public var activation: Activation

  /// A layer that applies `activation`.
  public init(_ activation: Activation) { self.activation = activation }

  /// `activation`
  public var kind: String { "activation" }

  /// The shape of the input; the softmax of a sequence is taken step by step, that of an image over the
  /// channels of each position.
  public func outputShape(for inputs: [Shape]) throws(LayerError) -> Shape { inputs[0] }
}
