import Tensors

/// Cuts a window out of the image, padded on all sides, at a place drawn evenly among whole pixels.
///
///     x' = left − padding + (x + ½) w/W − ½,  left from 0 … W + 2·padding − w;  y' alike
///
/// A window of the image's own size, the common case, is moved by whole pixels and stays exact. A smaller
/// one is brought to the size of the image, since the network's input keeps its shape.
public struct RandomCrop: ResamplingAugmentation {
  /// The height of the window; nil for the image's.
  public var height: Int?
  /// The width of the window; nil for the image's.
  public var width: Int?
  /// The pixels that are put around the image first.
  public var padding: Int
  /// What lies beyond the image and between pixels.
  public var borders: PixelSampling

  /// A crop of the given window; what lies beyond the image is 0 by default.
  public init(
    height: Int? = nil, width: Int? = nil, padding: Int = 0,
    sampling: PixelSampling = PixelSampling(fillMode: .constant)
  ) {
    self.height = height
    self.width = width
    self.padding = padding
    borders = sampling
  }

  /// Windows larger than the padded image, those that leave no choice, and images lost in their padding are
  /// refused.
  public func flaw(for shape: [Int]) -> String? {
    if let flaw = ImageShape.flaw(of: shape) { return flaw }
    let image = ImageShape(shape)
    guard padding <= max(image.height, image.width) else {
      return "puts \(padding) pixels around images of \(image.height)×\(image.width); use at most"
        + " \(max(image.height, image.width))"
    }
    let full = (height: image.height + 2 * padding, width: image.width + 2 * padding)
    let window = (height: height ?? image.height, width: width ?? image.width)
    let padded = padding > 0 ? " with a padding of \(padding)" : ""
    if window.height > full.height || window.width > full.width {
      return "cuts out \(window.height)×\(window.width) pixels, but the images are"
        + " \(image.height)×\(image.width)\(padded); use a smaller window, or more padding"
    }
    return window == full
      ? "cuts out the whole image; give a padding, or a smaller height or width" : nil
  }

  /// The window.
  public func map(_ image: ImageShape, key: RandomKey) -> PlaneMap {
    func axis(_ window: Int?, _ extent: Int, _ key: RandomKey) -> (scale: Double, start: Double) {
      let window = window ?? extent
      let first = key.index(below: extent + 2 * padding - window + 1) - padding
      let scale = Double(window) / Double(extent)
      return (scale, Double(first) + 0.5 * scale - 0.5)
    }
    let across = axis(width, image.width, key.derive(0))
    let down = axis(height, image.height, key.derive(1))
    return PlaneMap(across.scale, 0, across.start, 0, down.scale, down.start)
  }
}
