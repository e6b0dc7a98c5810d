import Testing
import _TestSupport

@testable import Formats

@Suite struct DiskSpaceTests {
  @Test func aPathThatIsNotThereCountsAsTheFolderAbove() throws {
    try withTemporaryFolder { folder in
      let free = try DiskSpace.free(at: folder.path)
      #expect(free > 0)
      #expect(try DiskSpace.free(at: folder.path("a/b/c")) > 0)
      try DiskSpace.require(1, at: folder.path("a"))
      #expect(throws: FileError.self) { try DiskSpace.require(Int.max, at: folder.path) }
    }
  }

  @Test func aRelativePathIsLookedUpInTheWorkingDirectory() throws {
    #expect(try DiskSpace.free(at: "no-such-folder/x") > 0)
  }
}
