import Tensors
import Testing
import _TestSupport

@testable import Formats

@Suite struct SafetensorsReaderTests {
  @Test func aFileOfTheLibraryIsRead() throws {
    try withTemporaryFolder { folder in
      let reader = try SafetensorsReader(
        path: folder.write(SafetensorsGolden.mixed, to: "mixed.safetensors"))
      #expect(reader.metadata == SafetensorsGolden.metadata)
      #expect(reader.header.tensors.map(\.name) == ["long", "double", "single", "half", "byte"])
      #expect(try floats(reader, "single") == [0.1, -1, 3e38, .leastNonzeroMagnitude])
      #expect(try floats(reader, "half") == [1, -2.5, 65504, 0x1p-24])
      #expect(try floats(reader, "double") == [0.1])
      #expect(try floats(reader, "long") == [-1, 0x1p53])
      #expect(try floats(reader, "byte") == [0, 128, 255])
      #expect(try exactly(reader, "long", Int64(0)) == [-1, 1 << 53 + 1])
      #expect(try exactly(reader, "double", Double(0)) == [0.1])
      #expect(try exactly(reader, "byte", UInt8(0)) == [0, 128, 255])
    }
  }

  @Test func everyPrefixOfAFileIsRefused() throws {
    try withTemporaryFolder { folder in
      for count in 0..<SafetensorsGolden.mixed.count {
        let path = try folder.write(Array(SafetensorsGolden.mixed[..<count]), to: "cut")
        let error = try #require(throws: FileError.self) { try SafetensorsReader(path: path) }
        #expect(error.kind == .badContent)
        let cause = error.cause as? SafetensorsError
        switch count {
        case 0..<8: #expect(cause == .tooShort(size: count))
        case 8..<344: #expect(cause == .headerBeyondEnd(length: 336, available: count - 8))
        default: #expect(cause == .truncated(expected: 51, found: count - 344))
        }
      }
    }
  }

  @Test func aByteTooManyIsRefused() throws {
    try withTemporaryFolder { folder in
      let path = try folder.write(SafetensorsGolden.mixed + [0, 0], to: "long")
      let error = try #require(throws: FileError.self) { try SafetensorsReader(path: path) }
      #expect(error.cause as? SafetensorsError == .trailingBytes(count: 2))
      #expect(error.description.hasPrefix(path + ": has 2 bytes behind its last tensor"))
    }
  }

  /// Damaged files are refused or read to the end, but never crash and never read beyond the file.
  @Test func damagedBytesNeverCrash() throws {
    try withTemporaryFolder { folder in
      var generator = SplitMix(state: 11)
      var refused = 0
      for _ in 0..<400 {
        var damaged = SafetensorsGolden.mixed
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
          let i = Int.random(in: 0..<344, using: &generator)
          damaged[i] = UInt8.random(in: 0...255, using: &generator)
        }
        do {
          let reader = try SafetensorsReader(path: folder.write(damaged, to: "damaged"))
          for tensor in reader.header.tensors { _ = try floats(reader, tensor.name) }
        } catch let error as FileError {
          #expect(error.kind == .badContent)
          refused += 1
        }
      }
      #expect(refused > 200)
    }
  }

  @Test func anotherShapeOrTypeIsNamed() throws {
    try withTemporaryFolder { folder in
      let reader = try SafetensorsReader(
        path: folder.write(SafetensorsGolden.mixed, to: "mixed.safetensors"))
      var wrong = try #require(throws: FileError.self) { try reader.tensor("none") }
      #expect(wrong.cause as? SafetensorsError == .missingTensor("none"))
      wrong = try #require(throws: FileError.self) { try reader.tensor("single", shape: [4]) }
      #expect(
        wrong.cause as? SafetensorsError
          == .wrongShape(tensor: "single", expected: [4], found: [2, 2]))
      #expect(wrong.description.contains("\"single\" of shape 2×2 where 4 was expected"))
      wrong = try #require(throws: FileError.self) { try exactly(reader, "single", Int64(0)) }
      #expect(
        wrong.cause as? SafetensorsError == .wrongElement(tensor: "single", found: .float32))
    }
  }

  @Test func foldersAndMissingFilesAreUnreadable() throws {
    try withTemporaryFolder { folder in
      for path in [folder.path, folder.path("none"), "/dev/null"] {
        let error = try #require(throws: FileError.self) { try SafetensorsReader(path: path) }
        #expect(error.kind == .unreadable, "\(error)")
      }
    }
  }

  @Test func longTensorsAreConvertedPieceByPiece() throws {
    try withTemporaryFolder { folder in
      let values = (0..<40_000).map { Double($0) / 3 }
      let writer = try SafetensorsWriter(
        path: folder.path("a"), tensors: [.init("d", .float64, [40_000])])
      try writer.write("d", values.span)
      try writer.finish()
      let reader = try SafetensorsReader(path: folder.path("a"))
      #expect(try floats(reader, "d") == values.map(Float.init))
    }
  }

  @Test func everyHalfIsExact() {
    for bits in UInt16.min...UInt16.max {
      let (own, compiler) = (Float(halfPrecision: bits), Float(Float16(bitPattern: bits)))
      #expect(own.bitPattern == compiler.bitPattern || own.isNaN && compiler.isNaN, "\(bits)")
    }
  }

  @Test func everyElementTypeIsRead() throws {
    let cases: [(String, [UInt8], Float)] = [
      ("F64", [0, 0, 0, 0, 0, 0, 0xF8, 0xBF], -1.5), ("F32", [0, 0, 0xC0, 0xBF], -1.5),
      ("F16", [0, 0xBE], -1.5), ("BF16", [0xC0, 0xBF], -1.5), ("I8", [0xFE], -2),
      ("U8", [0xFE], 254),
      ("I16", [0xFE, 0xFF], -2), ("U16", [0xFE, 0xFF], 65534), ("BOOL", [1], 1),
      ("I32", [0xFE, 0xFF, 0xFF, 0xFF], -2), ("U32", [0xFE, 0xFF, 0xFF, 0xFF], 0x1p32),
      ("I64", [UInt8](repeating: 0xFF, count: 8), -1),
      ("U64", [UInt8](repeating: 0xFF, count: 8), 0x1p64),
    ]
    #expect(Set(cases.map(\.0)) == Set(SafetensorsElement.allCases.map(\.rawValue)))
    try withTemporaryFolder { folder in
      for (type, data, value) in cases {
        let header = #"{"x":{"dtype":"\#(type)","shape":[],"data_offsets":[0,\#(data.count)]}}"#
        let file = bytes(littleEndian: header.utf8.count) + Array(header.utf8) + data
        let reader = try SafetensorsReader(path: folder.write(file, to: "one"))
        #expect(try floats(reader, "x") == [value], "\(type)")
      }
    }
  }

  private func floats(_ reader: SafetensorsReader, _ name: String) throws -> [Float] {
    let storage = FloatStorage(count: try reader.tensor(name).shape.count)
    var span = storage.mutableSpan
    try reader.read(name, into: &span)
    return storage.array
  }

  private func exactly<Scalar: SafetensorsScalar>(
    _ reader: SafetensorsReader, _ name: String, _ zero: Scalar
  ) throws -> [Scalar] {
    var values = [Scalar](repeating: zero, count: try reader.tensor(name).shape.count)
    var span = values.mutableSpan
    try reader.readExactly(name, into: &span)
    return values
  }
}

/// The 8 bytes of `value`, lowest first.
func bytes(littleEndian value: Int) -> [UInt8] {
  (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}
