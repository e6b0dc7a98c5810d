import Tensors

/// Turns the colors of images on the color wheel.
///
///     h ← h ± u/2  (mod 1),  u drawn evenly from its range, the sign by a coin
///
/// h is the hue (`HSV`) in full turns. As Keras's `RandomHue`: with 1 every color can become any other.
public struct RandomHue: PixelAugmentation {
  /// u.
  public var factor: ClosedRange<Float>
  /// The range of the values; nil for that of the data.
  public var valueRange: ClosedRange<Float>?
  /// Whether the data tell the range.
  public var needsValueRange: Bool { valueRange == nil }

  /// A turn by factors from the given range.
  public init(_ factor: ClosedRange<Float>, valueRange: ClosedRange<Float>? = nil) {
    self.factor = factor
    self.valueRange = valueRange
  }

  /// Images must have three channels.
  public func flaw(for shape: [Int]) -> String? { ImageShape.colorFlaw(of: shape) }

  /// Turns the hue.
  public func apply(
    to values: inout MutableSpan<Float>, scratch: FloatStorage, _ image: ImageShape,
    range: ClosedRange<Float>, key: RandomKey
  ) {
    let draws = key.uniforms
    let turns = blend(factor, draws[0]) / 2
    changeColors(
      &values, plane: image.plane, range: valueRange ?? range,
      turns: draws[1] < 0.5 ? turns : -turns, saturation: 1)
  }
}
