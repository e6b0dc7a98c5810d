import Testing
import _TestSupport

@testable import Formats

@Suite struct FolderTests {
  @Test(arguments: [
    ("a", "."), ("a/b", "a"), ("/a", "/"), ("/", "/"), ("a/b//", "a"), ("a//b", "a"),
    ("/a/b/c", "/a/b"), ("./a", "."),
  ])
  func theFolderOfAPathIsWhatStandsBeforeTheLastSlash(path: String, parent: String) {
    #expect(Folder.parent(of: path) == parent)
  }

  @Test func foldersAreMadeAndListed() throws {
    try withTemporaryFolder { folder in
      try Folder.create(folder.path("a/b/c/"))
      try Folder.create(folder.path("a/b/c"))
      try folder.write("", to: "a/.hidden")
      try folder.write("", to: "a/z")
      #expect(try Folder.entries(of: folder.path("a")) == [".hidden", "b", "z"])
      #expect(try Folder.entries(of: folder.path("none")).isEmpty)
    }
  }

  @Test func aFileInTheWayIsAnError() throws {
    try withTemporaryFolder { folder in
      try folder.write("", to: "a")
      for path in ["a", "a/b"] {
        let error = try #require(throws: FileError.self) { try Folder.create(folder.path(path)) }
        #expect(error.kind == .cannotWrite)
      }
    }
  }
}
