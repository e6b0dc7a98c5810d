import Tensors

/// A row of weights for every number of a sequence of ids: words, characters, categories.
///
///     y_t = W[x_t]           x [steps] whole numbers from 0 to V − 1,  W [V, D],  y [steps, D]
///     ∂W[v] = Σ ∂y_t over all samples and steps t with x_t = v, in their order
///
/// Ids have no derivative, so the layer reads the network's own input. W is `weight`, as in PyTorch's
/// `Embedding`; Keras calls V `input_dim` and D `output_dim`.
public struct Embedding: MaskingLayer {
  /// V, the number of ids.
  public var vocabulary: Int
  /// D, the numbers that stand for an id.
  public var units: Int
  /// How W is drawn.
  public var initializer: any Initializer
  /// Whether the id 0 is padding: layers that follow pass over its steps, as over those of ``Masking``.
  public var masksZero = false
  /// The layer's own L1 penalty on W.
  public var l1: Float?
  /// The layer's own L2 penalty on W.
  public var l2: Float?

  /// An embedding of the given settings; the initializer is Keras's.
  public init(vocabulary: Int, units: Int, initializer: any Initializer = RandomUniform()) {
    self.vocabulary = vocabulary
    self.units = units
    self.initializer = initializer
  }

  /// `embedding`
  public var kind: String { "embedding" }

  /// 0, where it is one.
  public var padding: Float? { masksZero ? 0 : nil }

  /// `[steps, units]`; the input must be flat.
  public func outputShape(for inputs: [Shape]) throws(LayerError) -> Shape {
    guard vocabulary > 0, units > 0 else {
      throw LayerError(
        "vocabulary is \(vocabulary) and units \(units); both must be at least 1")
    }
    guard inputs[0].rank == 1, inputs[0].count > 0 else {
      throw LayerError(
        "embedding needs a sequence of ids [steps] but gets \(inputs[0]); put `flatten` before it")
    }
    return [inputs[0][0], units]
  }

  /// `weight` [vocabulary, units].
  public func parameters(for inputs: [Shape]) -> [ParameterSpec] {
    [
      ParameterSpec(
        name: "weight", role: .weight, shape: [vocabulary, units],
        fans: Fans(in: vocabulary, out: units), initializer: initializer, l1: l1, l2: l2)
    ]
  }
}
