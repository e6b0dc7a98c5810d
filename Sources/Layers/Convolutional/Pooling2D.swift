import Tensors

/// Pooling over windows of each channel: the largest element, or the mean.
public struct Pooling2D: Layer {
  /// What is made of a window.
  public enum Method: String, Sendable {
    /// The largest element; in the backward pass the first largest gets the gradient.
    case max
    /// The mean of the elements that lie in the image; padding does not count.
    case average
  }

  /// What is made of a window.
  public var method: Method
  /// The extent of the window.
  public var size: Extent2D
  /// The step of the window.
  public var stride: Extent2D
  /// What is laid around the image.
  public var padding: Padding

  /// Pooling by `method` over windows of `size`; `stride` is the window's size unless given.
  public init(
    _ method: Method, size: Extent2D, stride: Extent2D? = nil, padding: Padding = .valid
  ) {
    self.method = method
    self.size = size
    self.stride = stride ?? size
    self.padding = padding
  }

  /// `max_pool` or `average_pool`
  public var kind: String { method == .max ? "max_pool" : "average_pool" }

  var window: Window2D { Window2D(size: size, stride: stride, padding: padding) }

  /// `[channels, output height, output width]`
  public func outputShape(for inputs: [Shape]) throws(LayerError) -> Shape {
    let output = try window.placement(on: inputs[0]).output
    return [inputs[0][0], output.height, output.width]
  }
}
