import Tensors

/// Makes what an image shows larger or smaller about its centre.
///
///     x' − centre = (1 + u) (x − centre),  y' − centre = (1 + v) (y − centre)
///
/// As Keras's `RandomZoom`: u and v are drawn evenly from their ranges, positive ones zoom out, and
/// without a range of its own the width goes with the height.
public struct RandomZoom: ResamplingAugmentation {
  /// v.
  public var height: ClosedRange<Float>
  /// u; nil for v, which keeps shapes.
  public var width: ClosedRange<Float>?
  /// What lies beyond the image and between pixels.
  public var borders: PixelSampling

  /// A zoom by factors from the given ranges.
  ///
  /// - Precondition: They lie above −1.
  public init(
    height: ClosedRange<Float>, width: ClosedRange<Float>? = nil,
    sampling: PixelSampling = PixelSampling()
  ) {
    self.height = height
    self.width = width
    borders = sampling
  }

  /// The zoom.
  public func map(_ image: ImageShape, key: RandomKey) -> PlaneMap {
    let draws = key.uniforms
    let down = 1 + Double(blend(height, draws[0]))
    let across = width.map { 1 + Double(blend($0, draws[1])) } ?? down
    return PlaneMap(about: image, across, 0, 0, down)
  }
}
