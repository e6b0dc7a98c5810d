import Tensors

/// Makes images brighter or darker.
///
///     y = clip(x + u · (high − low)),  u drawn evenly from its range, one for all channels
///
/// As Keras's `RandomBrightness`; low and high are the range of the values.
public struct RandomBrightness: PixelAugmentation {
  /// u, as a part of the range of the values.
  public var factor: ClosedRange<Float>
  /// The range of the values; nil for that of the data.
  public var valueRange: ClosedRange<Float>?
  /// Whether the data tell the range.
  public var needsValueRange: Bool { valueRange == nil }

  /// A change by parts from the given range.
  public init(_ factor: ClosedRange<Float>, valueRange: ClosedRange<Float>? = nil) {
    self.factor = factor
    self.valueRange = valueRange
  }

  /// Adds what is drawn.
  public func apply(
    to values: inout MutableSpan<Float>, scratch: FloatStorage, _ image: ImageShape,
    range: ClosedRange<Float>, key: RandomKey
  ) {
    let range = valueRange ?? range
    let (low, high) = (range.lowerBound, range.upperBound)
    let shift = blend(factor, key.uniforms[0]) * (high - low)
    for i in 0..<values.count { values[i] = min(max(values[i] + shift, low), high) }
  }
}
