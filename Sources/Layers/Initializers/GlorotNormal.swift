import Tensors

/// Normal draws whose variance suits both directions through a layer.
///
///     Var w = 2 / (fan in + fan out)
///
/// Activations of a symmetric, nearly linear network keep their variance forward, gradients theirs
/// backward, as well as both can be had at once.
/// The draws are cut off at two standard deviations, the variance being that after the cut.
///
/// Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks",
/// AISTATS 2010. Keras's `glorot_normal`.
public struct GlorotNormal: Initializer {
  /// Glorot's normal draws.
  public init() {}

  /// Fills `values` with draws keyed by `key`.
  public func fill(
    _ values: inout MutableSpan<Float>, shape: Shape, fans: Fans, key: RandomKey
  ) {
    VarianceScaling.fillNormal(&values, scale: 1, fan: Double(fans.in + fans.out) / 2, key: key)
  }
}
