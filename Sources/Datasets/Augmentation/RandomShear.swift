import Tensors

/// Slants images about their centre.
///
///     x' − centre = (x − centre) + u (y − centre),  y' − centre = (y − centre) + v (x − centre)
///
/// u and v are drawn evenly from their ranges. Keras's `RandomShear` slants about the corner, which also
/// moves what the image shows, and draws one sign for both.
public struct RandomShear: ResamplingAugmentation {
  /// u.
  public var x: ClosedRange<Float>
  /// v.
  public var y: ClosedRange<Float>
  /// What lies beyond the image and between pixels.
  public var borders: PixelSampling

  /// A slant by factors from the given ranges.
  public init(
    x: ClosedRange<Float> = 0...0, y: ClosedRange<Float> = 0...0,
    sampling: PixelSampling = PixelSampling()
  ) {
    self.x = x
    self.y = y
    borders = sampling
  }

  /// The slant.
  public func map(_ image: ImageShape, key: RandomKey) -> PlaneMap {
    let draws = key.uniforms
    return PlaneMap(
      about: image, 1, Double(blend(x, draws[0])), Double(blend(y, draws[1])), 1)
  }
}
