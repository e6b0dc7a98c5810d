import OneDNN
import Tensors

/// Gaussian dropout: in training each input is multiplied by a draw of mean 1.
///
///     y = x · z,  z ~ N(1, p / (1 − p))
///
/// The draws have the mean and the variance of dropout's mask. They are a function of (seed, step,
/// sample, layer), so they do not depend on the rank. Srivastava et al., "Dropout: A Simple Way to
/// Prevent Neural Networks from Overfitting", 2014, section 10; Keras's `GaussianDropout`.
public struct GaussianDropout: Layer {
  /// The probability p of the dropout that the draws stand for, 0 ≤ p < 1.
  public var rate: Float

  /// A layer whose draws stand for dropout with probability `rate`.
  public init(rate: Float) { self.rate = rate }

  /// `gaussian_dropout`
  public var kind: String { "gaussian_dropout" }

  /// The shape of the input.
  public func outputShape(for inputs: [Shape]) throws(LayerError) -> Shape {
    try Dropout(rate: rate).outputShape(for: inputs)
  }

  /// A view in inference and at rate 0.
  public func prepare(at site: LayerSite) throws(OneDNNError) -> any PreparedLayer {
    if !site.isTraining || rate == 0 {
      return try PreparedView(to: site.inputs[0].layout, site: site)
    }
    let deviation = Float((Double(rate) / (1 - Double(rate))).squareRoot())
    return PreparedDropout(.normal(deviation), site: site)
  }
}
