import Tensors

/// Turns images about their centre.
///
///     (x', y') = centre + (cos θ, −sin θ; sin θ, cos θ) · ((x, y) − centre),  θ = 2π u
///
/// u, a part of a full turn, is drawn evenly from its range; as Keras's `RandomRotation`, positive ones
/// turn against the clock.
public struct RandomRotation: ResamplingAugmentation {
  /// u, as a part of a full turn.
  public var factor: ClosedRange<Float>
  /// What lies beyond the image and between pixels.
  public var borders: PixelSampling

  /// A rotation by parts of a turn from the given range.
  public init(_ factor: ClosedRange<Float>, sampling: PixelSampling = PixelSampling()) {
    self.factor = factor
    borders = sampling
  }

  /// The turn.
  public func map(_ image: ImageShape, key: RandomKey) -> PlaneMap {
    let turns = Double(blend(factor, key.uniforms[0]))
    let (sine, cosine) = PlaneMap.sineAndCosine(turns: turns)
    return PlaneMap(about: image, cosine, -sine, sine, cosine)
  }
}
