import Foundation
import Testing
import Zlib

@Suite struct ByteStreamTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Reads all in pieces of `piece` bytes.
  private func content(_ stream: ByteStream, piece: Int) throws -> [UInt8] {
    var all: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: piece)
    while true {
      var room = buffer.mutableSpan
      let got = try stream.read(into: &room)
      all += buffer[..<got]
      if got < piece { return all }
    }
  }

  @Test(arguments: [1, 7, 65_536, 1_000_000])
  func plainAndCompressedFilesGiveTheSameBytes(piece: Int) throws {
    let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* $0 / 3) }
    let plain = try folder.file("plain", bytes)
    let members =
      try gzip(Array(bytes[0..<70_000]))
      + gzip(Array(bytes[70_000..<70_001]))
      + gzip([UInt8]())
      + gzip(Array(bytes[70_001..<200_000])) + [UInt8](repeating: 0, count: 600)
    let packed = try folder.file("packed.gz", members)
    let plainStream = try ByteStream(InputFile(path: plain))
    #expect(!plainStream.isCompressed && plainStream.greatestCount == 200_000)
    #expect(try content(plainStream, piece: piece) == bytes)
    let packedStream = try ByteStream(InputFile(path: packed))
    #expect(packedStream.isCompressed)
    #expect(try content(packedStream, piece: piece) == bytes)
  }

  @Test func truncatedFilesAreTold() throws {
    let packed = try gzip((0..<100_000).map { UInt8($0 * $0 % 251) })
    for length in [3, 40, packed.count / 2, packed.count - 4] {
      let path = try folder.file("cut-\(length).gz", Array(packed[..<length]))
      let stream = try ByteStream(InputFile(path: path))
      let error = #expect(throws: InputError.self) { try content(stream, piece: 4096) }
      #expect(error?.kind == .truncated)
      #expect(error?.description.contains(path) == true)
    }
  }

  @Test func foreignBytesAfterAMemberAreTold() throws {
    let path = try folder.file("tail.gz", gzip([1, 2, 3]) + [7, 7])
    let stream = try ByteStream(InputFile(path: path))
    let error = #expect(throws: InputError.self) { try content(stream, piece: 100) }
    #expect(error?.kind == .corrupt)
  }

  @Test func aBombStopsAtTheLimit() throws {
    let path = try folder.file(
      "bomb.gz", gzip([UInt8](repeating: 0, count: 50_000_000)))
    let stream = try ByteStream(InputFile(path: path), limit: 1_000_000)
    var read = 0
    let error = #expect(throws: InputError.self) {
      var buffer = [UInt8](repeating: 0, count: 65_536)
      while true {
        var room = buffer.mutableSpan
        let got = try stream.read(into: &room)
        if got == 0 { break }
        read += got
      }
    }
    #expect(error?.kind == .tooLarge)
    #expect(read <= 1_000_000)
    #expect(stream.greatestCount >= 50_000_000)
  }

  @Test func aPartIsCheckedByItsChecksum() throws {
    let path = try folder.file("parts", Array("..1234567890..".utf8))
    let file = try InputFile(path: path)
    let good = try ByteStream(file, range: 2..<11, deflated: false, checksum: 0xcbf4_3926)
    #expect(try content(good, piece: 4).count == 9)
    let bad = try ByteStream(file, range: 2..<12, deflated: false, checksum: 0xcbf4_3926)
    let error = #expect(throws: InputError.self) { try content(bad, piece: 4) }
    #expect(error?.kind == .corrupt)
  }

  @Test func aFileThatShrinksIsAnErrorNotACrash() throws {
    let path = try folder.file("shrinking", [UInt8](repeating: 1, count: 100_000))
    let stream = try ByteStream(InputFile(path: path))
    #expect(truncate(path, 10) == 0)
    let error = #expect(throws: InputError.self) { try content(stream, piece: 4096) }
    #expect(error?.kind == .truncated)
  }

  @Test func absentFilesAndFoldersAreUnreadable() throws {
    for path in [folder.path + "/absent", folder.path] {
      let error = #expect(throws: InputError.self) { try InputFile(path: path) }
      #expect(error?.kind == .unreadable)
      #expect(error?.description.contains(path) == true)
    }
  }
}
