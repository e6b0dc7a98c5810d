import Foundation
import Testing
import _TestSupport

@testable import Formats

@Suite struct AtomicFileTests {
  @Test func theFileAppearsWhenItIsFinished() throws {
    try withTemporaryFolder { folder in
      let file = try AtomicFile(path: folder.path("a.txt"))
      try file.write("one ")
      #expect(!FileManager.default.fileExists(atPath: folder.path("a.txt")))
      try file.write("two")
      try file.finish()
      #expect(try folder.text(of: "a.txt") == "one two")
      #expect(try folder.entries() == ["a.txt"])
    }
  }

  @Test func theOldFileStaysUntilThen() throws {
    try withTemporaryFolder { folder in
      try folder.write("old", to: "a.txt")
      let file = try AtomicFile(path: folder.path("a.txt"))
      try file.write("new")
      #expect(try folder.text(of: "a.txt") == "old")
      try file.finish()
      #expect(try folder.text(of: "a.txt") == "new")
    }
  }

  @Test func anUnfinishedFileLeavesNothing() throws {
    try withTemporaryFolder { folder in
      try folder.write("old", to: "a.txt")
      var file: AtomicFile? = try AtomicFile(path: folder.path("a.txt"))
      try file?.write([UInt8](repeating: 7, count: 200_000).span.bytes)
      #expect(try folder.entries().count == 2)
      file = nil
      #expect(try folder.entries() == ["a.txt"])
      #expect(try folder.text(of: "a.txt") == "old")
    }
  }

  @Test func piecesOfAllSizesStayInOrder() throws {
    try withTemporaryFolder { folder in
      let file = try AtomicFile(path: folder.path("a"))
      var expected: [UInt8] = []
      for (i, size) in [1, 0, 65_535, 1, 65_536, 3, 200_000, 65_534, 2, 7].enumerated() {
        let piece = [UInt8](repeating: UInt8(i), count: size)
        expected += piece
        try file.write(piece.span.bytes)
      }
      try file.finish()
      #expect(try folder.bytes(of: "a") == expected)
    }
  }

  @Test func bytesCanBePlaced() throws {
    try withTemporaryFolder { folder in
      let file = try AtomicFile(path: folder.path("a"))
      try file.reserve(6)
      try file.write([UInt8]([5, 6]).span.bytes, at: 4)
      try file.write([UInt8]([1, 2]).span.bytes)
      try file.write([UInt8]([3, 4]).span.bytes, at: 2)
      try file.finish()
      #expect(try folder.bytes(of: "a") == [1, 2, 3, 4, 5, 6])
    }
  }

  @Test func aSymbolicLinkStays() throws {
    try withTemporaryFolder { folder in
      try folder.write("old", to: "real/a.txt")
      try FileManager.default.createSymbolicLink(
        atPath: folder.path("link"), withDestinationPath: "real/a.txt")
      let refused = try #require(throws: FileError.self) {
        try AtomicFile(path: folder.path("link"))
      }
      #expect(refused.kind == .cannotWrite && refused.description.contains("symbolic link"))
      let file = try AtomicFile(path: folder.path("link"), followsLink: true)
      try file.write("new")
      try file.finish()
      #expect(try folder.text(of: "real/a.txt") == "new")
      #expect(
        try FileManager.default.destinationOfSymbolicLink(atPath: folder.path("link"))
          == "real/a.txt")
    }
  }

  @Test func aMissingFolderIsNamed() throws {
    try withTemporaryFolder { folder in
      let error = try #require(throws: FileError.self) {
        try AtomicFile(path: folder.path("none/a.txt"))
      }
      #expect(error.kind == .cannotWrite)
      #expect(error.cause as? SystemError == SystemError(ENOENT))
      #expect(error.description.hasPrefix(folder.path("none/a.txt") + ": cannot create it"))
    }
  }

  @Test func foldersAndDevicesAreNotReplaced() throws {
    try withTemporaryFolder { folder in
      let error = try #require(throws: FileError.self) { try AtomicFile(path: folder.path) }
      #expect(error.kind == .cannotWrite)
      #expect(error.cause as? SystemError == SystemError(EISDIR))
    }
    let error = try #require(throws: FileError.self) { try AtomicFile(path: "/dev/null") }
    #expect(error.kind == .cannotWrite)
  }

  @Test func leftoversAreRemoved() throws {
    try withTemporaryFolder { folder in
      try folder.write("x", to: ".nntrain-1a2b.part")
      try folder.write("x", to: ".nntrain-other")
      try folder.write("x", to: "a.part")
      try AtomicFile.removeLeftovers(in: folder.path)
      #expect(try folder.entries() == [".nntrain-other", "a.part"])
    }
  }
}
