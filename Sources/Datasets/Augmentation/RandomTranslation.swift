import Tensors

/// Moves images by parts of their height and width.
///
///     x' = x − u W,  y' = y − v H        u and v drawn evenly from their ranges
///
/// As Keras's `RandomTranslation`: positive numbers move to the right and down, by fractions of pixels
/// too.
public struct RandomTranslation: ResamplingAugmentation {
  /// v, as a part of the height.
  public var height: ClosedRange<Float>
  /// u, as a part of the width.
  public var width: ClosedRange<Float>
  /// What lies beyond the image and between pixels.
  public var borders: PixelSampling

  /// A translation by parts from the given ranges.
  public init(
    height: ClosedRange<Float> = 0...0, width: ClosedRange<Float> = 0...0,
    sampling: PixelSampling = PixelSampling()
  ) {
    self.height = height
    self.width = width
    borders = sampling
  }

  /// The move.
  public func map(_ image: ImageShape, key: RandomKey) -> PlaneMap {
    let draws = key.uniforms
    let down = Double(blend(height, draws[0])) * Double(image.height)
    let across = Double(blend(width, draws[1])) * Double(image.width)
    return PlaneMap(1, 0, -across, 0, 1, -down)
  }
}
