import Tensors

/// Even draws whose variance suits both directions through a layer.
///
///     w ~ U[−a, a),  a = √(6 / (fan in + fan out))
///
/// Activations of a symmetric, nearly linear network keep their variance forward, gradients theirs
/// backward, as well as both can be had at once.
///
/// Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks",
/// AISTATS 2010. Keras's `glorot_uniform`.
public struct GlorotUniform: Initializer {
  /// Glorot's even draws.
  public init() {}

  /// Fills `values` with draws keyed by `key`.
  public func fill(
    _ values: inout MutableSpan<Float>, shape: Shape, fans: Fans, key: RandomKey
  ) {
    VarianceScaling.fillUniform(&values, scale: 1, fan: Double(fans.in + fans.out) / 2, key: key)
  }
}
