import Tensors

/// Makes the colors of images paler or stronger.
///
///     s ← min(s · u/(1 − u), 1),  u drawn evenly from its range
///
/// s is the saturation (`HSV`). As Keras's `RandomSaturation`: ½ changes nothing, 0 leaves gray, 1 the
/// purest colors. Keras does not stop at 1, which makes colors beyond the range of the values.
public struct RandomSaturation: PixelAugmentation {
  /// u.
  public var factor: ClosedRange<Float>
  /// The range of the values; nil for that of the data.
  public var valueRange: ClosedRange<Float>?
  /// Whether the data tell the range.
  public var needsValueRange: Bool { valueRange == nil }

  /// A change by factors from the given range.
  public init(_ factor: ClosedRange<Float>, valueRange: ClosedRange<Float>? = nil) {
    self.factor = factor
    self.valueRange = valueRange
  }

  /// Images must have three channels.
  public func flaw(for shape: [Int]) -> String? { ImageShape.colorFlaw(of: shape) }

  /// Changes the saturation.
  public func apply(
    to values: inout MutableSpan<Float>, scratch: FloatStorage, _ image: ImageShape,
    range: ClosedRange<Float>, key: RandomKey
  ) {
    let u = blend(factor, key.uniforms[0])
    // As large as a number may be that still makes gray, whose saturation is 0, gray.
    let change = u < 1 ? u / (1 - u) : .greatestFiniteMagnitude
    changeColors(
      &values, plane: image.plane, range: valueRange ?? range, turns: 0, saturation: change)
  }
}
