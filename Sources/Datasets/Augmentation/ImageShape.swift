/// The extents of one image, whose channels lie one after the other, row by row.
public struct ImageShape: Hashable, Sendable {
  /// The number of channels.
  public let channels: Int
  /// The number of rows.
  public let height: Int
  /// The pixels of a row.
  public let width: Int

  /// The image in a sample of the given shape: `[height, width]`, or with the channels first; anything
  /// else is one row.
  public init(_ shape: [Int]) {
    switch shape.count {
    case 2: (channels, height, width) = (1, shape[0], shape[1])
    case 3: (channels, height, width) = (shape[0], shape[1], shape[2])
    default: (channels, height, width) = (1, 1, shape.reduce(1, *))
    }
  }

  /// The pixels of a channel.
  public var plane: Int { height * width }
  /// The numbers of an image.
  public var count: Int { channels * plane }

  /// Why samples of this shape are no images; nil where they are.
  static func flaw(of shape: [Int]) -> String? {
    if shape.count == 2 || shape.count == 3 { return nil }
    let extents = shape.map { "\($0)" }.joined(separator: "×")
    return "needs images, [channels, height, width] or [height, width], but a sample is \(extents)"
  }

  /// Why images of this shape have no colors; nil where they do.
  static func colorFlaw(of shape: [Int]) -> String? {
    if let flaw = flaw(of: shape) { return flaw }
    let channels = ImageShape(shape).channels
    return channels == 3
      ? nil
      : "needs red, green and blue, but the images have \(channels) channel"
        + (channels == 1 ? "" : "s")
  }
}
