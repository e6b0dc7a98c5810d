import OneDNN
import Tensors

/// Masking noise: in training each input is set to 0 with probability p, and the others stay as they are.
///
///     y = x ⊙ m,  mᵢ = 0 with probability p, else 1         ∂x = ∂y ⊙ m
///
/// What a denoising autoencoder is to undo; unlike ``Dropout``, which keeps the mean by its scaling.
/// Vincent et al., "Stacked Denoising Autoencoders", JMLR 2010, section 3.3.
public struct MaskingNoise: Layer {
  /// The probability p of losing an input, 0 ≤ p < 1.
  public var rate: Float

  /// A layer that loses inputs with probability `rate`.
  public init(rate: Float) { self.rate = rate }

  /// `masking_noise`
  public var kind: String { "masking_noise" }

  /// The shape of the input.
  public func outputShape(for inputs: [Shape]) throws(LayerError) -> Shape {
    guard rate >= 0, rate < 1 else {
      throw LayerError("the masking probability is \(rate); it must be at least 0 and below 1")
    }
    return inputs[0]
  }

  /// A view in inference and at rate 0.
  public func prepare(at site: LayerSite) throws(OneDNNError) -> any PreparedLayer {
    if !site.isTraining || rate == 0 {
      return try PreparedView(to: site.inputs[0].layout, site: site)
    }
    return PreparedDropout(.holes(rate), site: site)
  }
}
