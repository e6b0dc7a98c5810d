import Foundation
import Testing
import Zlib

@testable import Datasets

@Suite struct CSVTokenizerTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// All records of a text, and the lines on which they begin.
  private func records(
    _ text: String, separator: String = ","
  ) throws -> (fields: [[String]], lines: [Int]) {
    let file = try InputFile.forData(folder.file("text.csv", text))
    var tokenizer = CSVTokenizer(try file.stream(), separator: separator.utf8.first ?? 0)
    var record = CSVRecord()
    var (fields, lines): ([[String]], [Int]) = ([], [])
    while try tokenizer.next(&record) {
      fields.append((0..<record.count).map(record.text))
      lines.append(record.line)
    }
    return (fields, lines)
  }

  @Test(arguments: [
    ("a,b\nc,d\n", [["a", "b"], ["c", "d"]]),
    ("a,b\r\nc,d\r\n", [["a", "b"], ["c", "d"]]),
    ("a,b\rc,d", [["a", "b"], ["c", "d"]]),
    ("a,b\nc,d", [["a", "b"], ["c", "d"]]),
    ("\u{feff}a,b\n", [["a", "b"]]),
    ("\"a,1\",\"b\"\"q\"\"\"\n", [["a,1", "b\"q\""]]),
    ("\"two\nlines\",x\n", [["two\nlines", "x"]]),
    (" a , \"b \" ,\tc\t\n", [["a", "b ", "c"]]),
    ("a b,c\"d\n", [["a b", "c\"d"]]),
    (",\n", [["", ""]]),
    ("a,,\n", [["a", "", ""]]),
    ("\n\na\n\n\nb\n\n", [["a"], ["b"]]),
    ("\r\n\r\na\r\n", [["a"]]),
    ("é,ü\n", [["é", "ü"]]),
    ("", []),
    ("\n", []),
    ("a", [["a"]]),
    ("\"\"\n", []),
  ])
  func textsBecomeFields(text: String, fields: [[String]]) throws {
    #expect(try records(text).fields == fields, "\(text.debugDescription)")
  }

  @Test func otherSeparatorsCut() throws {
    #expect(try records("a;b,c\n", separator: ";").fields == [["a", "b,c"]])
    #expect(try records("a\tb\t\n", separator: "\t").fields == [["a", "b", ""]])
  }

  @Test func linesAreThoseOnWhichRecordsBegin() throws {
    #expect(try records("a\n\n\"x\ny\nz\",1\nb\r\nc\rd\n").lines == [1, 3, 6, 7, 8])
  }

  @Test func recordsMayCrossPieces() throws {
    let field = String(repeating: "xyz", count: 30_000)
    let text = "\(field),1\r\n\"\(field)\",2\r\n"
    #expect(try records(text).fields == [[field, "1"], [field, "2"]])
  }

  @Test func malformedRecordsAreTold() throws {
    expectFailure(.badContent, "text.csv:2:", "never closed") { _ = try records("a\n\"b\nc\n") }
    expectFailure(.badContent, "text.csv:1:", "column 1", "closing quote") {
      _ = try records("a,\"b\"c\n")
    }
    expectFailure(.badContent, "text.csv:2:", "zero byte") { _ = try records("a\nb\0c\n") }
    let open = "a\n\"" + String(repeating: "x\n", count: 33 << 20)
    expectFailure(.badContent, "text.csv:2:", "64 MB") { _ = try records(open) }
  }
}
