import Tensors

/// An activation as a layer of its own.
public struct ActivationLayer: Layer {
  /// The function applied.
  public var activation: Activation

  /// A layer that applies `activation`.
  public init(_ activation: Activation) { self.activation = activation }

  /// `activation`
  public var kind: String { "activation" }

  /// The shape of the input; the softmax of a sequence is taken step by step.
  public func outputShape(for inputs: [Shape]) throws(LayerError) -> Shape {
    if activation == .softmax, inputs[0].rank != 1, inputs[0].rank != 2 {
      throw LayerError(
        "softmax needs a flat input or a sequence but gets \(inputs[0]); put `flatten` before it")
    }
    return inputs[0]
  }
}
