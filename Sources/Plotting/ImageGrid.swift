/// Images of one size side by side: digits, filters, reconstructions.
public struct ImageGrid: Sendable {
  /// The pixels of an image's row.
  public var width: Int
  /// The rows of an image.
  public var height: Int
  /// What a pixel holds.
  public var channels: PNGImage.Channels
  /// The images of a row.
  public var columns: Int
  /// How many pixels of the picture, to each side, a pixel of an image becomes.
  public var zoom = 1
  /// The pixels between images.
  public var gap = 1
  /// The brightness between images.
  public var background: UInt8 = 128

  /// A grid of images of `width` × `height` pixels, `columns` in a row.
  public init(width: Int, height: Int, channels: PNGImage.Channels = .gray, columns: Int) {
    precondition(width > 0 && height > 0 && columns > 0, "images of \(width) × \(height)")
    self.width = width
    self.height = height
    self.channels = channels
    self.columns = columns
  }

  /// The picture of the images in `values`, one after the other; each holds its channels plane by plane
  /// as networks do, row by row from the top.
  ///
  /// `range` is what becomes black and white; what lies beyond is cut off, and what is not a number is
  /// black.
  ///
  /// - Precondition: there is at least one image, and no part of one.
  public func picture(of values: Span<Float>, range: ClosedRange<Float>) -> PNGImage {
    let (depth, plane) = (channels.rawValue, width * height)
    let count = values.count / (depth * plane)
    precondition(
      count > 0 && values.count == count * depth * plane,
      "\(values.count) values are no images of \(depth) × \(height) × \(width)")
    let across = min(columns, count)
    let down = (count + across - 1) / across
    let (stepX, stepY) = (width * zoom + gap, height * zoom + gap)
    let (fullWidth, fullHeight) = (across * stepX + gap, down * stepY + gap)
    var pixels = [UInt8](repeating: background, count: fullWidth * fullHeight * depth)
    let scale =
      range.upperBound > range.lowerBound ? 255 / (range.upperBound - range.lowerBound) : 0
    for image in 0..<count {
      let (left, top) = (image % across * stepX + gap, image / across * stepY + gap)
      for y in 0..<height * zoom {
        for x in 0..<width * zoom {
          for channel in 0..<depth {
            let place = (image * depth + channel) * plane + y / zoom * width + x / zoom
            let value = (values[place] - range.lowerBound) * scale
            pixels[((top + y) * fullWidth + left + x) * depth + channel] =
              value > 0 ? UInt8(min(value.rounded(), 255)) : 0
          }
        }
      }
    }
    return PNGImage(width: fullWidth, height: fullHeight, channels: channels, pixels: pixels)
  }
}
