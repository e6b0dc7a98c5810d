import Tensors

/// One number everywhere: w = value.
public struct Constant: Initializer {
  /// The number.
  public var value: Float

  /// The given number everywhere.
  public init(_ value: Float) { self.value = value }

  /// Fills `values`; shape and fans do not matter.
  public func fill(
    _ values: inout MutableSpan<Float>, shape: Shape, fans: Fans, key: RandomKey
  ) {
    Tensors.fill(&values, with: value)
  }
}
