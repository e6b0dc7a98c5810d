import Tensors

/// A random change of training samples, drawn anew for each sample in each epoch.
///
/// What is drawn is a pure function of a key, which is that of seed, epoch, sample and the augmentation's
/// place in the list: the same on every rank, and again when a run goes on. An augmentation is one of
/// three sorts: ``GeometricAugmentation``, ``PixelAugmentation`` or ``MixUp``.
public protocol Augmentation: Sendable {
  /// Why inputs of this shape can't be changed so, as the end of a sentence; nil where they can.
  func flaw(for shape: [Int]) -> String?

  /// Whether the range of the inputs has to be known.
  var needsValueRange: Bool { get }
}

/// An augmentation that moves pixels: where each one comes from.
public protocol GeometricAugmentation: Augmentation {
  /// What lies beyond the image, and how values between pixels are found; nil where none is needed.
  var sampling: PixelSampling? { get }

  /// From where in `image` the pixels are taken.
  func map(_ image: ImageShape, key: RandomKey) -> PlaneMap
}

/// A geometric augmentation that reads between pixels and beyond the border.
public protocol ResamplingAugmentation: GeometricAugmentation {
  /// What lies there.
  var borders: PixelSampling { get set }
}

extension ResamplingAugmentation {
  /// What lies beyond the image and between pixels.
  public var sampling: PixelSampling? { borders }
}

/// An augmentation that changes values where they are.
public protocol PixelAugmentation: Augmentation {
  /// Changes one sample, whose values lie in `range`; `scratch` has room for as many numbers.
  func apply(
    to values: inout MutableSpan<Float>, scratch: FloatStorage, _ image: ImageShape,
    range: ClosedRange<Float>, key: RandomKey)
}

extension Augmentation {
  /// Anything that is an image can be changed.
  public func flaw(for shape: [Int]) -> String? { ImageShape.flaw(of: shape) }

  /// Most do without.
  public var needsValueRange: Bool { false }
}

/// The number that lies `u` of the way through `range`.
func blend(_ range: ClosedRange<Float>, _ u: Float) -> Float {
  range.lowerBound + (range.upperBound - range.lowerBound) * u
}
