import Tensors

/// Normal draws for layers of rectifiers.
///
///     Var w = 2 / fan in
///
/// Half the inputs of a unit are silenced by rectifiers before it; twice the variance makes up for it.
/// The draws are cut off at two standard deviations, the variance being that after the cut.
///
/// He, Zhang, Ren and Sun, "Delving Deep into Rectifiers: Surpassing Human-Level Performance on
/// ImageNet Classification", ICCV 2015, https://arxiv.org/abs/1502.01852. Keras's `he_normal`.
public struct HeNormal: Initializer {
  /// He's normal draws.
  public init() {}

  /// Fills `values` with draws keyed by `key`.
  public func fill(
    _ values: inout MutableSpan<Float>, shape: Shape, fans: Fans, key: RandomKey
  ) {
    VarianceScaling.fillNormal(&values, scale: 2, fan: Double(fans.in), key: key)
  }
}
