import Tensors

/// Dropout: in training each input is set to 0 with probability p and otherwise scaled by 1/(1 − p).
///
/// The mask is a function of (seed, step, sample, layer), so it does not depend on the rank.
/// Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from Overfitting", 2014; the
/// scaling in training is the "inverted" form.
public struct Dropout: Layer {
  /// The probability p of dropping an input, 0 ≤ p < 1.
  public var rate: Float

  /// A layer that drops inputs with probability `rate`.
  public init(rate: Float) { self.rate = rate }

  /// `dropout`
  public var kind: String { "dropout" }

  /// The shape of the input.
  public func outputShape(for inputs: [Shape]) throws(LayerError) -> Shape {
    guard rate >= 0, rate < 1 else {
      throw LayerError("the dropout probability is \(rate); it must be at least 0 and below 1")
    }
    return inputs[0]
  }
}
