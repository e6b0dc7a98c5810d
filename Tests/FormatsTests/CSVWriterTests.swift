import Testing
import _TestSupport

@testable import Formats

@Suite struct CSVWriterTests {
  @Test func fieldsAreQuotedWhereTheyMust() throws {
    let text = try written(columns: ["plain", "with, comma"]) {
      try $0.write(["a \"quoted\" word", "two\nlines"])
      try $0.write(["", " spaces "])
      try $0.write(["return\r", "ä;'"])
    }
    #expect(
      text
        == "plain,\"with, comma\"\n\"a \"\"quoted\"\" word\",\"two\nlines\"\n, spaces \n"
        + "\"return\r\",ä;'\n")
  }

  @Test func numbersFollowTexts() throws {
    let text = try written(columns: ["predicted", "p0", "p1"]) {
      try $0.write(["7"], numbers: [Float]([0.1, 1e-20]).span)
      try $0.write(["8"], numbers: [Float]([.nan, -.infinity]).span)
    }
    #expect(text == "predicted,p0,p1\n7,0.1,1e-20\n8,nan,-inf\n")
  }

  @Test func theSeparatorCanBeAnother() throws {
    let text = try written(columns: ["a;b", "c,d"], separator: ";") { try $0.write(["\t", "x"]) }
    #expect(text == "\"a;b\";c,d\n\t;x\n")
  }

  @Test func aLoneEmptyFieldIsNoEmptyLine() throws {
    let text = try written(columns: ["a"]) {
      try $0.write([""])
      try $0.write(["x"])
    }
    #expect(text == "a\n\"\"\nx\n")
  }

  private func written(
    columns: [String], separator: Character = ",", _ body: (CSVWriter) throws -> Void
  ) throws -> String {
    try withTemporaryFolder { folder in
      let writer = try CSVWriter(
        to: AtomicFile(path: folder.path("a.csv")), columns: columns, separator: separator)
      try body(writer)
      try writer.finish()
      return try folder.text(of: "a.csv")
    }
  }
}
