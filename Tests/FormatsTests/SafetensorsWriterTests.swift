import Tensors
import Testing
import _TestSupport

@testable import Formats

@Suite struct SafetensorsWriterTests {
  @Test func theFileEqualsTheLibrarysByteForByte() throws {
    try withTemporaryFolder { folder in
      let writer = try SafetensorsWriter(
        path: folder.path("a"),
        tensors: [
          .init("byte", .uint8, [3]), .init("long", .int64, [2]), .init("double", .float64, [1]),
          .init("single", .float32, [2, 2]),
        ], metadata: SafetensorsGolden.metadata)
      // Another order than in the file, and one tensor in two pieces.
      try writer.write("single", [Float]([0.1, -1, 3e38]).span)
      try writer.write("byte", [UInt8]([0, 128, 255]).span)
      try writer.write("double", [0.1].span)
      try writer.write("single", [Float.leastNonzeroMagnitude].span)
      try writer.write("long", [Int64]([-1, 1 << 53 + 1]).span)
      #expect(try folder.entries() != ["a"])
      try writer.finish()
      #expect(try folder.bytes(of: "a") == SafetensorsGolden.writable)
      #expect(try folder.entries() == ["a"])
    }
  }

  @Test func metadataAreWrittenInTheOrderOfTheirNames() throws {
    try withTemporaryFolder { folder in
      var files: [[UInt8]] = []
      for names in [["b", "a", "Z", "ä"], ["ä", "Z", "a", "b"]] {
        let writer = try SafetensorsWriter(
          path: folder.path("a"), tensors: [],
          metadata: Dictionary(uniqueKeysWithValues: names.map { ($0, "x") }))
        try writer.finish()
        files.append(try folder.bytes(of: "a"))
      }
      #expect(files[0] == files[1])
      let text = String(decoding: files[0][8...], as: UTF8.self)
      #expect(text.hasPrefix(#"{"__metadata__":{"Z":"x","a":"x","b":"x","ä":"x"}}"#))
    }
  }

  @Test func randomTensorsComeBackBitForBit() throws {
    try withTemporaryFolder { folder in
      var generator = SplitMix(state: 23)
      for round in 0..<30 {
        let shapes = (0..<Int.random(in: 1..<6, using: &generator)).map { _ in
          Shape(
            (0..<Int.random(in: 0..<4, using: &generator)).map { _ in
              Int.random(in: 0..<6, using: &generator)
            })
        }
        let values = shapes.map { shape in
          (0..<shape.count).map { _ in
            Float(bitPattern: UInt32(truncatingIfNeeded: generator.next()))
          }
        }
        let writer = try SafetensorsWriter(
          path: folder.path("a"),
          tensors: shapes.indices.map { .init("t\($0)", .float32, shapes[$0]) },
          metadata: ["round": "\(round)"])
        for (i, row) in values.enumerated() { try writer.write("t\(i)", row.span) }
        try writer.finish()
        let reader = try SafetensorsReader(path: folder.path("a"))
        #expect(reader.metadata == ["round": "\(round)"])
        for i in shapes.indices {
          let storage = FloatStorage(count: shapes[i].count)
          var span = storage.mutableSpan
          try reader.read("t\(i)", shape: shapes[i], into: &span)
          #expect(storage.array.map(\.bitPattern) == values[i].map(\.bitPattern))
        }
      }
    }
  }

  @Test func aWriterThatIsGivenUpLeavesNothing() throws {
    try withTemporaryFolder { folder in
      let writer = try SafetensorsWriter(
        path: folder.path("a"), tensors: [.init("w", .float32, [2])])
      try writer.write("w", [Float(1)].span)
      writer.discard()
      #expect(try folder.entries().isEmpty)
    }
  }
}
