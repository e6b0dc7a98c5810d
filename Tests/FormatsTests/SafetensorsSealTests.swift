import Testing
import _TestSupport

@testable import Formats

@Suite struct SafetensorsSealTests {
  /// Writes a small sealed file and answers its path.
  private func write(_ folder: TemporaryFolder) throws -> String {
    let (values, sums) = ([1, -0, 2.5, 3e-30] as [Float], [0.1, 7] as [Double])
    let writer = try SafetensorsWriter(
      path: folder.path("a"),
      tensors: [.init("a.weight", .float32, [2, 2]), .init("s", .float64, [2])],
      metadata: ["step": "3", "note": "\"header_checksum\":\"0\""],
      checksums: [
        "a.weight": SafetensorsSeal.checksum(values.span.bytes),
        "s": SafetensorsSeal.checksum(sums.span.bytes),
      ])
    try writer.write("a.weight", values.span)
    try writer.write("s", sums.span)
    try writer.finish()
    return folder.path("a")
  }

  @Test func aSealedFileIsWhole() throws {
    try withTemporaryFolder { folder in
      let reader = try SafetensorsReader(path: try write(folder))
      try reader.verify()
      #expect(reader.metadata["step"] == "3")
      #expect(reader.metadata["header_checksum"]?.count == 64)
    }
  }

  @Test func everyFlippedBitIsSeen() throws {
    try withTemporaryFolder { folder in
      let whole = try folder.bytes(of: String(try write(folder).suffix(1)))
      for position in whole.indices {
        for bit in 0..<8 {
          var bytes = whole
          bytes[position] ^= 1 << bit
          let path = try folder.write(bytes, to: "b")
          let error = #expect(throws: FileError.self) { try SafetensorsReader(path: path).verify() }
          #expect(error?.kind == .badContent, "byte \(position) bit \(bit)")
        }
      }
    }
  }

  @Test func everyTruncationIsSeen() throws {
    try withTemporaryFolder { folder in
      let whole = try folder.bytes(of: String(try write(folder).suffix(1)))
      for count in whole.indices {
        let path = try folder.write(Array(whole[..<count]), to: "b")
        let error = #expect(throws: FileError.self) { try SafetensorsReader(path: path).verify() }
        #expect(error?.kind == .badContent, "\(count) bytes")
      }
    }
  }

  @Test func aFileWithoutChecksumsIsNotWhole() throws {
    try withTemporaryFolder { folder in
      let values: [Float] = [1]
      let writer = try SafetensorsWriter(
        path: folder.path("a"), tensors: [.init("a", .float32, [1])])
      try writer.write("a", values.span)
      try writer.finish()
      let reader = try SafetensorsReader(path: folder.path("a"))
      let error = try #require(throws: FileError.self) { try reader.verify() }
      #expect(error.cause as? SafetensorsError == .damagedHeader)
    }
  }

  @Test func aTensorWithoutChecksumIsNamed() throws {
    try withTemporaryFolder { folder in
      let values: [Float] = [1]
      let writer = try SafetensorsWriter(
        path: folder.path("a"), tensors: [.init("a", .float32, [1])], checksums: ["b": "0"])
      try writer.write("a", values.span)
      try writer.finish()
      let reader = try SafetensorsReader(path: folder.path("a"))
      let error = try #require(throws: FileError.self) { try reader.verify() }
      #expect(error.cause as? SafetensorsError == .damagedTensor("a"))
    }
  }
}
