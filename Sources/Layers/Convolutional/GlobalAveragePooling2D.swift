import Tensors

/// The mean of each channel over the whole image.
public struct GlobalAveragePooling2D: Layer {
  /// A global average pooling layer.
  public init() {}

  /// `global_average_pool`
  public var kind: String { "global_average_pool" }

  /// `[channels]`
  public func outputShape(for inputs: [Shape]) throws(LayerError) -> Shape {
    guard inputs[0].rank == 3 else {
      throw LayerError(
        "an image [channels, height, width] is needed but the input is \(inputs[0])")
    }
    return [inputs[0][0]]
  }
}
