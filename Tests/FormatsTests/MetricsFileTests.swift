import Testing
import _TestSupport

@testable import Formats

@Suite struct MetricsFileTests {
  @Test("lines on steps are no epochs, and are cut by their step")
  func steps() throws {
    try withTemporaryFolder { folder in
      let lines = [
        "{\"epoch\":1,\"step\":2,\"batch_objective\":1.5}", "{\"epoch\":1,\"step\":3,\"train\":{}}",
        "{\"epoch\":2,\"step\":4,\"batch_objective\":null}",
        "{\"epoch\":2,\"step\":6,\"batch_objective\":1}", "{\"epoch\":2,\"step\":6,\"train\":{}}",
      ]
      let path = try folder.write(lines.joined(separator: "\n") + "\n", to: "metrics.jsonl")
      #expect(try MetricsFile.read(path).compactMap { $0["step"]?.int } == [3, 6])
      // A checkpoint of step 5 stands within the second epoch.
      try MetricsFile.cut(path, toEpoch: 1, step: 5)
      #expect(
        try folder.text(of: "metrics.jsonl") == lines.prefix(3).joined(separator: "\n") + "\n")
    }
  }

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
