import Testing
import _TestSupport

@testable import Formats

@Suite struct FolderTests {
  @Test(arguments: [
    ("a", ".", "a"), ("a/b", "a", "b"), ("/a", "/", "a"), ("/", "/", "/"), ("a/b//", "a", "b"),
    ("a//b", "a", "b"), ("/a/b/c", "/a/b", "c"), ("./a", ".", "a"),
  ])
  func pathsAreCutAtTheLastSlash(path: String, parent: String, name: String) {
    #expect(Folder.parent(of: path) == parent)
    #expect(Folder.name(of: path) == name)
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
