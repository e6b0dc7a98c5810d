import Testing
import _TestSupport

@testable import Plotting

@Suite struct PNGImageTests {
  @Test("every pixel comes back from another decoder", arguments: [(1, 1), (3, 2), (257, 31)])
  func roundTrip(width: Int, height: Int) throws {
    for channels in [PNGImage.Channels.gray, .rgb] {
      // Runs, and noise that does not compress.
      let pixels = (0..<width * height * channels.rawValue).map { i in
        i % 97 < 50 ? UInt8(i % 7) : UInt8(truncatingIfNeeded: i &* 2_654_435_761 >> 13)
      }
      let image = PNGImage(width: width, height: height, channels: channels, pixels: pixels)
      let read = try PNGReader(image.encoded())
      #expect(read.width == width && read.height == height && read.depth == 8)
      #expect(read.color == (channels == .gray ? 0 : 2))
      #expect(read.chunks == ["IHDR", "IDAT", "IEND"])
      #expect(try read.pixels() == pixels)
    }
  }

  @Test func aDamagedFileIsSeen() throws {
    var bytes = try PNGImage(width: 2, height: 1, channels: .gray, pixels: [1, 2]).encoded()
    bytes[45] ^= 1
    #expect(throws: PNGReader.Failure.self) { try PNGReader(bytes).pixels() }
    #expect(throws: PNGReader.Failure.self) { try PNGReader(Array(bytes.dropLast())) }
    #expect(throws: PNGReader.Failure.self) { try PNGReader(Array(bytes.dropFirst())) }
  }

  @Test func imagesLieInRowsWithGaps() throws {
    var grid = ImageGrid(width: 2, height: 1, columns: 2)
    grid.background = 9
    let values: [Float] = [0, 1, 0.5, -3, .nan, 7]
    let picture = grid.picture(of: values.span, range: 0...1)
    #expect(picture.width == 7 && picture.height == 5)
    #expect(
      picture.pixels == [
        9, 9, 9, 9, 9, 9, 9,
        9, 0, 255, 9, 128, 0, 9,
        9, 9, 9, 9, 9, 9, 9,
        9, 0, 255, 9, 9, 9, 9,
        9, 9, 9, 9, 9, 9, 9,
      ])
    grid.zoom = 2
    grid.gap = 0
    let large = grid.picture(of: [Float](arrayLiteral: 0, 1).span, range: 0...1)
    #expect(large.width == 4 && large.height == 2)
    #expect(large.pixels == [0, 0, 255, 255, 0, 0, 255, 255])
  }

  @Test func planesBecomeColors() {
    let grid = ImageGrid(width: 1, height: 2, channels: .rgb, columns: 5)
    let values: [Float] = [1, 2, 3, 4, 5, 6]
    let picture = grid.picture(of: values.span, range: 0...255)
    #expect(picture.width == 3 && picture.height == 4)
    #expect(Array(picture.pixels[12..<15]) == [1, 3, 5])
    #expect(Array(picture.pixels[21..<24]) == [2, 4, 6])
  }
}
