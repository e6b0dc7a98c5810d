import Tensors

/// Normal draws that keep the variance of a layer's inputs.
///
///     Var w = 1 / fan in
///
/// The sum over a unit's inputs has the variance of one input; what self-normalizing networks need.
/// The draws are cut off at two standard deviations, the variance being that after the cut.
///
/// Lectures that print "he_normal" with Var w = 1 / n mean this one; He's own has 2 / fan in.
///
/// LeCun, Bottou, Orr and Müller, "Efficient BackProp", 1998. Keras's `lecun_normal`.
public struct LeCunNormal: Initializer {
  /// LeCun's normal draws.
  public init() {}

  /// Fills `values` with draws keyed by `key`.
  public func fill(
    _ values: inout MutableSpan<Float>, shape: Shape, fans: Fans, key: RandomKey
  ) {
    VarianceScaling.fillNormal(&values, scale: 1, fan: Double(fans.in), key: key)
  }
}
