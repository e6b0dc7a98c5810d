import Tensors

/// Spreads or narrows the values of each channel about their mean.
///
///     y = clip(m + u (x − m)),  m the channel's mean over the image,
///     u drawn evenly from 1 − lower … 1 + upper, one for all channels
///
/// As Keras's `RandomContrast`.
public struct RandomContrast: PixelAugmentation {
  /// How far below 1 the factor may lie.
  public var lower: Float
  /// How far above 1 the factor may lie.
  public var upper: Float
  /// The range of the values; nil for that of the data.
  public var valueRange: ClosedRange<Float>?
  /// Whether the data tell the range.
  public var needsValueRange: Bool { valueRange == nil }

  /// A factor so far from 1 at most.
  public init(lower: Float, upper: Float, valueRange: ClosedRange<Float>? = nil) {
    self.lower = lower
    self.upper = upper
    self.valueRange = valueRange
  }

  /// Spreads or narrows.
  public func apply(
    to values: inout MutableSpan<Float>, scratch: FloatStorage, _ image: ImageShape,
    range: ClosedRange<Float>, key: RandomKey
  ) {
    let range = valueRange ?? range
    let (low, high) = (range.lowerBound, range.upperBound)
    let factor = blend(1 - lower...1 + upper, key.uniforms[0])
    let plane = image.plane
    for channel in 0..<image.channels {
      let pixels = channel * plane..<(channel + 1) * plane
      let mean = Float(sum(values.span.extracting(pixels)) / Double(plane))
      for i in pixels { values[i] = min(max(mean + factor * (values[i] - mean), low), high) }
    }
  }
}
