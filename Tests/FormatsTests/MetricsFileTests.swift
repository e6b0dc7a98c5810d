import Testing
import _TestSupport

@testable import Formats

@Suite struct MetricsFileTests {
  @Test func completeLinesAreRead() throws {
    try withTemporaryFolder { folder in
      try folder.write("{\"step\":1}\n{\"step\":2, \"x\":0.5}\n{\"step\":", to: "m.jsonl")
      #expect(
        try MetricsFile.read(folder.path("m.jsonl")) == [["step": 1], ["step": 2, "x": 0.5]])
      #expect(try MetricsFile.read(folder.path("none")).isEmpty)
    }
  }

  @Test func theFileIsCutBackBitForBit() throws {
    try withTemporaryFolder { folder in
      let path = try folder.write(
        "{\"epoch\" : 1,\"x\":1.50}\n{\"epoch\":2}\n{\"epoch\":3}\n{\"ep", to: "m.jsonl")
      try MetricsFile.cut(path, toEpoch: 2)
      #expect(try folder.text(of: "m.jsonl") == "{\"epoch\" : 1,\"x\":1.50}\n{\"epoch\":2}\n")
      try MetricsFile.cut(path, toEpoch: 0)
      #expect(try folder.text(of: "m.jsonl").isEmpty)
      try MetricsFile.cut(folder.path("none"), toEpoch: 0)
      #expect(try folder.entries() == ["m.jsonl"])
    }
  }

  @Test func aDamagedLineIsNamed() throws {
    try withTemporaryFolder { folder in
      let path = try folder.write("{\"step\":1}\n{\"step\":}\n", to: "m.jsonl")
      let error = try #require(throws: FileError.self) { try MetricsFile.read(path) }
      #expect(error.kind == .badContent)
      #expect(error.description.contains("line 2 is not valid JSON at byte 8: unexpected '}'"))
    }
  }
}
