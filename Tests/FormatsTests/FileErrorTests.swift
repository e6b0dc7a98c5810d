import Foundation
import Testing
import _TestSupport

@testable import Formats

@Suite struct FileErrorTests {
  static let readings: [CInt] = [ENOENT, EACCES, EIO, ENOTDIR]

  @Test(arguments: readings)
  func readingFailsWithPathCauseAndRemedy(code: CInt) {
    let error = FileError.reading("data/x", "open", code)
    #expect(error.kind == .unreadable)
    #expect(error.description.hasPrefix("data/x: cannot open it: \(SystemError(code)); "))
    #expect(error.description.hasSuffix(SystemError(code).remedy))
  }

  @Test func writingTellsFullReadOnlyAndPermission() {
    #expect(
      FileError.writing("m", "write", ENOSPC).description
        == "m: cannot write it: No space left on device; free some space there or choose a folder "
        + "on another disk")
    #expect(FileError.writing("m", "create", EROFS).description.contains("is read-only"))
    #expect(FileError.writing("m", "create", EACCES).description.contains("permissions"))
    #expect(FileError.writing("m", "write", EPIPE).kind == .readerGone)
    #expect(FileError.writing("m", "write", ENOSPC).kind == .cannotWrite)
  }

  @Test func aMissingFileCannotBeOpened() throws {
    try withTemporaryFolder { folder in
      let error = try #require(throws: FileError.self) {
        try OpenFile.reading(folder.path("none"))
      }
      #expect(error.kind == .unreadable)
      #expect(error.cause as? SystemError == SystemError(ENOENT))
    }
  }

  @Test func aFileThatShrinksIsBadContent() throws {
    try withTemporaryFolder { folder in
      let path = try folder.write([1, 2, 3], to: "short")
      let file = try OpenFile.reading(path)
      #expect(try file.bytes(at: 1, count: 2) == [2, 3])
      let error = try #require(throws: FileError.self) { try file.bytes(at: 1, count: 10) }
      #expect(error.kind == .badContent)
      #expect(error.description.contains("ends at byte 3, 8 bytes too early"))
    }
  }
}
