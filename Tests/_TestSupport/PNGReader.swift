import Foundation

/// A reader of PNG files for tests, independent of the writer: chunks and checksums are taken apart
/// here, and ``TinyInflater`` inflates.
public struct PNGReader {
  /// What is wrong with a file.
  public struct Failure: Error, CustomStringConvertible {
    /// The reason.
    public let description: String
  }

  /// The pixels of a row.
  public let width: Int
  /// The rows.
  public let height: Int
  /// The bits of a channel.
  public let depth: Int
  /// PNG's number of the kind of pixels: 0 gray, 2 RGB, 3 palette, 6 RGB and alpha.
  public let color: Int
  /// The types of the chunks, in their order.
  public let chunks: [String]
  private let data: [UInt8]

  /// Takes the file `bytes` apart.
  ///
  /// - Throws: ``Failure`` where signature, order, lengths or checksums are wrong.
  public init(_ bytes: [UInt8]) throws {
    guard bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) else {
      throw Failure(description: "no PNG signature")
    }
    func word(_ at: Int) -> Int { bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }
    var chunks: [String] = []
    var data: [UInt8] = []
    var position = 8
    while position + 12 <= bytes.count {
      let length = word(position)
      let end = position + 8 + length
      guard end + 4 <= bytes.count else { throw Failure(description: "a chunk is cut off") }
      let checksum = PNGReader.checksum(bytes[position + 4..<end])
      guard checksum == word(end) else { throw Failure(description: "a checksum is wrong") }
      chunks.append(String(decoding: bytes[position + 4..<position + 8], as: UTF8.self))
      if chunks.last == "IDAT" { data += bytes[position + 8..<end] }
      position = end + 4
    }
    guard position == bytes.count, chunks.first == "IHDR", chunks.last == "IEND" else {
      throw Failure(description: "the chunks are \(chunks)")
    }
    self.chunks = chunks
    self.data = data
    (width, height) = (word(16), word(20))
    (depth, color) = (Int(bytes[24]), Int(bytes[25]))
  }

  /// The channels of all pixels, row by row; of images of 8 bits whose rows have no filter.
  ///
  /// - Throws: ``Failure`` where the data do not inflate, or to another number of bytes.
  public func pixels() throws -> [UInt8] {
    let row = width * (color == 2 ? 3 : 1)
    guard depth == 8, let lines = TinyInflater.zlib(data), lines.count == (row + 1) * height else {
      throw Failure(description: "the data are no \(height) rows of \(row) bytes")
    }
    return try (0..<height).flatMap { y in
      guard lines[y * (row + 1)] == 0 else { throw Failure(description: "row \(y) has a filter") }
      return lines[y * (row + 1) + 1..<(y + 1) * (row + 1)]
    }
  }

  /// CRC-32 bit by bit, as the specification's annex D has it.
  private static func checksum(_ bytes: ArraySlice<UInt8>) -> Int {
    var value: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      value ^= UInt32(byte)
      for _ in 0..<8 { value = value & 1 == 1 ? 0xEDB8_8320 ^ value >> 1 : value >> 1 }
    }
    return Int(value ^ 0xFFFF_FFFF)
  }
}
