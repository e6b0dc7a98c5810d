import Tensors

/// Tells which steps of a sequence are padding, so that what follows passes over them.
///
///     m_t = [some x_tj ≠ v]        y_t = m_t x_t
///
/// v is the padding value. It may be NaN, which equals itself here: so the readers mark what lies behind the
/// end of sequences whose lengths are known. Recurrent layers carry their state past padded steps as it is, and a step of the
/// output that is padding has no part in the objective, its normalizer and the metrics. Keras's
/// `Masking`.
public struct Masking: MaskingLayer {
  /// v.
  public var value: Float

  /// Masking of the steps that hold nothing but `value`.
  public init(value: Float = 0) { self.value = value }

  /// `masking`
  public var kind: String { "masking" }

  /// v, in every feature of a step.
  public var padding: Float? { value }

  /// The shape of the input, a sequence; of numbers by themselves where lengths are known, for an embedding.
  public func outputShape(for inputs: [Shape]) throws(LayerError) -> Shape {
    guard inputs[0].rank == 2 || inputs[0].rank == 1 && value.isNaN, inputs[0].count > 0 else {
      throw LayerError(
        "masking needs a sequence [steps, features] but gets \(inputs[0]); put `reshape` before it, or"
          + " give the embedding of ids `mask_zero: true`")
    }
    return inputs[0]
  }
}

/// A layer that may tell which steps of the network's input are padding.
public protocol MaskingLayer: Layer {
  /// The number that all features of a padded step have; nil where there is no padding.
  var padding: Float? { get }
}

extension Layer {
  /// Whether the layer can read a sequence with padded steps: it passes over them, or computes every step
  /// for itself.
  public var heedsMask: Bool {
    switch self {
    case is any RecurrentLayer, is Bidirectional, is Dense, is ActivationLayer, is Dropout,
      is Embedding, is GaussianNoise, is GaussianDropout, is MaskingNoise,
      is ActivityRegularization, is Merge:
      true
    case let layer as Concatenate: layer.alongFeatures
    case let layer as LayerNormalization: layer.isPerStep
    default: false
    }
  }
}
