import Tensors

/// One everywhere, as scales begin.
public struct Ones: Initializer {
  /// One everywhere.
  public init() {}

  /// Fills `values`; shape and fans do not matter.
  public func fill(
    _ values: inout MutableSpan<Float>, shape: Shape, fans: Fans, key: RandomKey
  ) {
    Tensors.fill(&values, with: 1)
  }
}
