import Tensors

/// Mirrors half of the images.
///
///     x' = W − 1 − x   with probability ½, and as y' of their own
public struct RandomFlip: GeometricAugmentation {
  /// Which way images are mirrored, by Keras's names.
  public enum Mode: String, Hashable, Sendable, CaseIterable {
    /// Left and right change places.
    case horizontal
    /// Top and bottom change places.
    case vertical
    /// Each of both, independently.
    case both = "horizontal_and_vertical"
  }

  /// Which way images are mirrored.
  public var mode: Mode
  /// Pixels fall on pixels.
  public var sampling: PixelSampling? { nil }

  /// A flip.
  public init(_ mode: Mode = .both) { self.mode = mode }

  /// The mirror, or the image as it is.
  public func map(_ image: ImageShape, key: RandomKey) -> PlaneMap {
    let draws = key.uniforms
    let across = mode != .vertical && draws[0] < 0.5
    let down = mode != .horizontal && draws[1] < 0.5
    return PlaneMap(about: image, across ? -1 : 1, 0, 0, down ? -1 : 1)
  }
}
