import Tensors

/// Erases a rectangle of the image: cutout where it is filled with one value.
///
///     with probability p: height √s₁·H, width √s₂·W, at a place drawn evenly within the image
///
/// s₁ and s₂ are drawn evenly from `scale`, so the rectangle covers √(s₁ s₂) of the image, as in Keras's
/// `RandomErasing`; that one may cut it off at the border. Without a fill value every number is drawn
/// evenly from the range of the values, as in the paper.
///
/// Zhong et al., "Random Erasing Data Augmentation", 2017; DeVries and Taylor, "Improved Regularization of
/// Convolutional Neural Networks with Cutout", 2017.
public struct RandomErasing: PixelAugmentation {
  /// p, the part of the images that lose a rectangle.
  public var rate: Float
  /// The range of s₁ and s₂.
  public var scale: ClosedRange<Float>
  /// What fills the rectangle; nil for random numbers.
  public var fillValue: Float?
  /// The range of the values; nil for that of the data.
  public var valueRange: ClosedRange<Float>?
  /// Whether the data tell the range.
  public var needsValueRange: Bool { valueRange == nil && fillValue == nil }

  /// An erasing of the given frequency and size.
  public init(
    rate: Float = 1, scale: ClosedRange<Float> = 0.02...0.33, fillValue: Float? = nil,
    valueRange: ClosedRange<Float>? = nil
  ) {
    self.rate = rate
    self.scale = scale
    self.fillValue = fillValue
    self.valueRange = valueRange
  }

  /// Erases.
  public func apply(
    to values: inout MutableSpan<Float>, scratch: FloatStorage, _ image: ImageShape,
    range: ClosedRange<Float>, key: RandomKey
  ) {
    let draws = key.uniforms
    guard draws[0] < rate else { return }
    func extent(_ draw: Float, of full: Int) -> Int {
      let part = (blend(scale, draw).squareRoot() * Float(full)).rounded()
      return min(max(Int(part), 1), full)
    }
    let (height, width) = (extent(draws[1], of: image.height), extent(draws[2], of: image.width))
    let top = key.derive(0).index(below: image.height - height + 1)
    let left = key.derive(1).index(below: image.width - width + 1)
    let range = valueRange ?? range
    var fill = scratch.mutableSpan(0..<values.count)
    if fillValue == nil, range.lowerBound < range.upperBound {
      fillUniform(
        &fill, low: range.lowerBound, high: range.upperBound, key: key.derive(2))
    } else {
      let value = fillValue ?? range.lowerBound
      for i in 0..<fill.count { fill[i] = value }
    }
    for channel in 0..<image.channels {
      for y in top..<top + height {
        let start = channel * image.plane + y * image.width + left
        for i in start..<start + width { values[i] = fill[i] }
      }
    }
  }
}
