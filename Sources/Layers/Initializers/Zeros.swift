import Tensors

/// Zero everywhere, as biases begin.
public struct Zeros: Initializer {
  /// Zero everywhere.
  public init() {}

  /// Fills `values`; shape and fans do not matter.
  public func fill(
    _ values: inout MutableSpan<Float>, shape: Shape, fans: Fans, key: RandomKey
  ) {
    Tensors.fill(&values, with: 0)
  }
}
