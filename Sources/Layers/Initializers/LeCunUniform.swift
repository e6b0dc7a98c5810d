import Tensors

/// Even draws that keep the variance of a layer's inputs.
///
///     w ~ U[−a, a),  a = √(3 / fan in)
///
/// The sum over a unit's inputs has the variance of one input; what self-normalizing networks need.
///
/// LeCun, Bottou, Orr and Müller, "Efficient BackProp", 1998. Keras's `lecun_uniform`.
public struct LeCunUniform: Initializer {
  /// LeCun's even draws.
  public init() {}

  /// Fills `values` with draws keyed by `key`.
  public func fill(
    _ values: inout MutableSpan<Float>, shape: Shape, fans: Fans, key: RandomKey
  ) {
    VarianceScaling.fillUniform(&values, scale: 1, fan: Double(fans.in), key: key)
  }
}
