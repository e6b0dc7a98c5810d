import Testing
import _TestSupport

@testable import Formats

#if canImport(Glibc)
  import Glibc
#endif

@Suite struct ArrivalFilesTests {
  @Test("a journal keeps whole lines, and cuts off what a killed process has left")
  func journal() throws {
    try withTemporaryFolder { folder in
      let long = String(repeating: "x", count: 200_000)
      for (text, kept) in [
        ("one\ntwo\nthr", "one\ntwo\n"), ("one\n", "one\n"), ("torn", ""), ("", ""),
        ("one\n" + long, "one\n"),
      ] {
        let path = try folder.write(text, to: "journal")
        let journal = try LineJournal(path: path)
        #expect(try folder.text(of: "journal") == kept && journal.count == kept.utf8.count)
        try journal.append(Array("more\nlines\n".utf8))
        #expect(try folder.text(of: "journal") == kept + "more\nlines\n")
        #expect(try journal.bytes(at: kept.utf8.count, atMost: 4) == Array("more".utf8))
        #expect(try journal.bytes(at: journal.count, atMost: 9) == [])
      }
      _ = try LineJournal(path: folder.path("new"))
      #expect(try folder.text(of: "new") == "")
    }
  }

  @Test("a pipe has not ended before a writer has come and gone; a file ends at its end")
  func pipe() throws {
    try withTemporaryFolder { folder in
      let path = folder.path("pipe")
      try #require(mkfifo(path, 0o600) == 0)
      let pipe = try PipeReader(path: path)
      #expect(try pipe.next(atMost: 9, wait: 0) == .nothing)
      let writer = open(path, O_WRONLY)
      #expect(try pipe.next(atMost: 9, wait: 0.01) == .nothing)
      #expect(write(writer, "hello", 5) == 5)
      #expect(try pipe.next(atMost: 3, wait: 0) == .bytes(Array("hel".utf8)))
      #expect(try pipe.next(atMost: 9, wait: 0) == .bytes(Array("lo".utf8)))
      close(writer)
      #expect(try pipe.next(atMost: 9, wait: 0) == .ended)

      let file = try PipeReader(path: try folder.write("ab", to: "file"))
      #expect(try file.next(atMost: 9, wait: 0) == .bytes(Array("ab".utf8)))
      #expect(try file.next(atMost: 9, wait: 0) == .ended)
      #expect(throws: FileError.self) { try PipeReader(path: folder.path) }
      #expect(throws: FileError.self) { try PipeReader(path: folder.path("absent")) }
    }
  }

  @Test("files of a folder have stamps that change with them; no folder has none")
  func files() throws {
    try withTemporaryFolder { folder in
      try folder.write("1", to: "in/b")
      try folder.write("1", to: "in/a")
      try folder.write("1", to: "in/folder/c")
      let before = try #require(try Folder.files(of: folder.path("in")))
      #expect(before.map(\.name) == ["a", "b"])
      try folder.write("12", to: "in/b")
      let after = try #require(try Folder.files(of: folder.path("in")))
      #expect(before[0].stamp == after[0].stamp && before[1].stamp != after[1].stamp)
      #expect(try Folder.files(of: folder.path("absent"))?.count == nil)
      #expect(try Folder.files(of: folder.path("in/a"))?.count == nil)
    }
  }
}
