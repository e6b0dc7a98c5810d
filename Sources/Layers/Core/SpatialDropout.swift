import Tensors

/// Spatial dropout: in training whole channels are set to 0 with probability p, the others scaled by
/// 1/(1 − p).
///
/// Neighbouring elements of an image tell almost the same; dropping them one by one would only lower
/// the learning rate. The input is `[channels, …]`; the mask is a function of (seed, step, sample,
/// layer). Tompson et al., "Efficient Object Localization Using Convolutional Networks", CVPR 2015;
/// Keras's `SpatialDropout2D`.
public struct SpatialDropout: Layer {
  /// The probability p of dropping a channel, 0 ≤ p < 1.
  public var rate: Float

  /// A layer that drops channels with probability `rate`.
  public init(rate: Float) { self.rate = rate }

  /// `spatial_dropout`
  public var kind: String { "spatial_dropout" }

  /// The shape of the input, which must have channels.
  public func outputShape(for inputs: [Shape]) throws(LayerError) -> Shape {
    guard inputs[0].rank > 1 else {
      throw LayerError(
        "spatial_dropout needs channels, but the input is \(inputs[0]); use `dropout` for flat"
          + " inputs")
    }
    return try Dropout(rate: rate).outputShape(for: inputs)
  }
}
