import Tensors

/// The bias of an LSTM [4H] whose forget gate, the second quarter, begins at 1.
struct ForgetGateOnes: Initializer {
  /// How the other three are drawn.
  var others: any Initializer

  func fill(_ values: inout MutableSpan<Float>, shape: Shape, fans: Fans, key: RandomKey) {
    others.fill(&values, shape: shape, fans: fans, key: key)
    let units = values.count / 4
    for i in units..<2 * units { values[i] = 1 }
  }

  func problem(with shape: Shape) -> String? { others.problem(with: shape) }
}
