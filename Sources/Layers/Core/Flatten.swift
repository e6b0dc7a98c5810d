import Tensors

/// Lays the elements of a sample in one row, in plain order (channels, height, width).
public struct Flatten: Layer {
  /// A flattening layer.
  public init() {}

  /// `flatten`
  public var kind: String { "flatten" }

  /// `[count]`
  public func outputShape(for inputs: [Shape]) throws(LayerError) -> Shape { [inputs[0].count] }
}
