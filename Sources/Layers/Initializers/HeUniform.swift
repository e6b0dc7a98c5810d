import Tensors

/// Even draws for layers of rectifiers.
///
///     w ~ U[−a, a),  a = √(6 / fan in)
///
/// Half the inputs of a unit are silenced by rectifiers before it; twice the variance makes up for it.
///
/// He, Zhang, Ren and Sun, "Delving Deep into Rectifiers: Surpassing Human-Level Performance on
/// ImageNet Classification", ICCV 2015, https://arxiv.org/abs/1502.01852. Keras's `he_uniform`.
public struct HeUniform: Initializer {
  /// He's even draws.
  public init() {}

  /// Fills `values` with draws keyed by `key`.
  public func fill(
    _ values: inout MutableSpan<Float>, shape: Shape, fans: Fans, key: RandomKey
  ) {
    VarianceScaling.fillUniform(&values, scale: 2, fan: Double(fans.in), key: key)
  }
}
