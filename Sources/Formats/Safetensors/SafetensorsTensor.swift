import Tensors

/// One tensor of a safetensors file: what it is and where its bytes lie.
public struct SafetensorsTensor: Hashable, Sendable {
  /// The name, such as `dense_1.weight`.
  public let name: String
  /// The type of its elements.
  public let element: SafetensorsElement
  /// The shape; its elements are stored with the last dimension contiguous.
  public let shape: Shape
  /// The bytes, counted from the end of the header.
  public let range: Range<Int>
}
