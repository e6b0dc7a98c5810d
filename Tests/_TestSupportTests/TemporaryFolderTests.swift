import Foundation
import Testing
import _TestSupport

@Suite struct TemporaryFolderTests {
  @Test func theFolderLivesAsLongAsTheClosure() throws {
    let path = try withTemporaryFolder { folder in
      #expect(try folder.entries().isEmpty)
      let file = try folder.write("two\n", to: "one/file.txt")
      #expect(FileManager.default.fileExists(atPath: file))
      #expect(try folder.text(of: "one/file.txt") == "two\n")
      #expect(try folder.entries(of: "one") == ["file.txt"])
      return folder.path
    }
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test func theFolderGoesWhenTheClosureThrows() throws {
    struct Stop: Error {}
    var path = ""
    #expect(throws: Stop.self) {
      try withTemporaryFolder { folder in
        path = folder.path
        throw Stop()
      }
    }
    #expect(!path.isEmpty && !FileManager.default.fileExists(atPath: path))
  }

  @Test func anAsynchronousClosureHasAFolderToo() async throws {
    let path = try await withTemporaryFolder { folder in
      await Task.yield()
      try folder.write([1, 2, 3], to: "bytes")
      #expect(try folder.bytes(of: "bytes") == [1, 2, 3])
      return folder.path
    }
    #expect(!FileManager.default.fileExists(atPath: path))
  }
}
