import Testing
import _TestSupport

@testable import Formats

@Suite struct AppendedFileTests {
  @Test func linesAreAppendedAndVisibleAtOnce() throws {
    try withTemporaryFolder { folder in
      try folder.write("zero\n", to: "log")
      let file = try AppendedFile(path: folder.path("log"))
      try file.append(line: "one")
      #expect(try folder.text(of: "log") == "zero\none\n")
      let other = try AppendedFile(path: folder.path("log"))
      try other.append(line: "two")
      try file.append(line: "three")
      try file.synchronize()
      #expect(try folder.text(of: "log") == "zero\none\ntwo\nthree\n")
    }
  }
}
