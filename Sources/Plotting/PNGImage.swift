import Zlib

/// Pixels of 8 bits a channel, gray or red, green and blue, and the PNG file that holds them.
///
/// W3C, "Portable Network Graphics (PNG) Specification (Third Edition)", 2025: signature, IHDR, one
/// IDAT of rows without filter, IEND. Left out: palettes, alpha, interlacing, color profiles.
public struct PNGImage: Sendable {
  /// What a pixel holds.
  public enum Channels: Int, Sendable {
    /// One brightness.
    case gray = 1
    /// Red, green and blue.
    case rgb = 3
  }

  /// The pixels of a row.
  public let width: Int
  /// The rows.
  public let height: Int
  /// What a pixel holds.
  public let channels: Channels
  /// The channels of the pixels, row by row from the top.
  public var pixels: [UInt8]

  /// An image of the given pixels.
  ///
  /// - Precondition: there are `width` · `height` · channels of them, and at least one.
  public init(width: Int, height: Int, channels: Channels, pixels: [UInt8]) {
    precondition(
      width > 0 && height > 0 && pixels.count == width * height * channels.rawValue,
      "\(pixels.count) values for \(width) × \(height) pixels of \(channels.rawValue)")
    self.width = width
    self.height = height
    self.channels = channels
    self.pixels = pixels
  }

  /// The image as a PNG file.
  ///
  /// - Throws: `InputError` where it is too large or there is no memory.
  public func encoded() throws(InputError) -> [UInt8] {
    let row = width * channels.rawValue
    var lines: [UInt8] = []
    lines.reserveCapacity((row + 1) * height)
    for y in 0..<height {
      lines.append(0)
      lines += pixels[y * row..<(y + 1) * row]
    }
    let color: UInt8 = channels == .gray ? 0 : 2
    var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    PNGImage.append(
      "IHDR", PNGImage.word(width) + PNGImage.word(height) + [8, color, 0, 0, 0], to: &file)
    PNGImage.append("IDAT", try ZlibFormat.compress(lines.span), to: &file)
    PNGImage.append("IEND", [], to: &file)
    return file
  }

  private static func word(_ value: Int) -> [UInt8] {
    let value = UInt32(value)
    return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }

  /// Appends length, type, data and their checksum.
  private static func append(_ type: String, _ data: [UInt8], to file: inout [UInt8]) {
    let body = Array(type.utf8) + data
    var checksum = CRC32()
    checksum.update(body.span)
    file += word(data.count) + body + word(Int(checksum.value))
  }
}
