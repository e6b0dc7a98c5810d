import Tensors
import Testing

@testable import Formats

@Suite struct SafetensorsHeaderTests {
  @Test func aHeaderIsRead() throws {
    let header = try SafetensorsHeader(
      parsing: Array(
        """
        {"b":{"dtype":"F32","shape":[2,3],"data_offsets":[8,32],"note":1},
         "__metadata__":{"k":"v"},
         "e":{"dtype":"F32","shape":[0,9],"data_offsets":[8,8]},
         "a":{"dtype":"I64","shape":[],"data_offsets":[0,8]}}
        """.utf8), dataSize: 32)
    #expect(header.tensors.map(\.name) == ["a", "e", "b"])
    #expect(header["b"]?.shape == [2, 3] && header["b"]?.range == 8..<32)
    #expect(header["a"]?.shape == Shape([]) && header["a"]?.element == .int64)
    #expect(header.metadata == ["k": "v"])
    #expect(header["none"] == nil && header.dataByteCount == 32)
  }

  @Test func aFileMayHoldNoTensor() throws {
    let header = try SafetensorsHeader(parsing: Array("{}".utf8), dataSize: 0)
    #expect(header.tensors.isEmpty && header.metadata.isEmpty)
  }

  static let lies: [(String, Int, SafetensorsError)] = [
    ("[]", 0, .headerNotObject), (" {}", 0, .headerNotObject), ("", 0, .headerNotObject),
    ("{", 0, .headerNotJSON(JSONError(.unexpectedEnd, at: 1))),
    ("{}x", 0, .headerNotJSON(JSONError(.trailingText, at: 2))),
    ("{\"a\":[[[[1]]]]}", 0, .headerNotJSON(JSONError(.tooDeep(limit: 4), at: 8))),
    (entry(#""F32""#, "[1]", "[0,4]") + entry(#""F32""#, "[1]", "[4,8]"), 8, .duplicateName("a")),
    (#"{"__metadata__":{"k":1}}"#, 0, .metadataNotText(key: "k")),
    (#"{"__metadata__":"x"}"#, 0, .metadataNotText(key: "__metadata__")),
    (#"{"a":1}"#, 0, .malformedEntry(tensor: "a", field: "dtype")),
    (entry("7", "[1]", "[0,4]"), 4, .malformedEntry(tensor: "a", field: "dtype")),
    (entry(#""F32""#, "3", "[0,4]"), 4, .malformedEntry(tensor: "a", field: "shape")),
    (entry(#""F32""#, "[1]", "4"), 4, .malformedEntry(tensor: "a", field: "data_offsets")),
    (entry(#""F32""#, "[1]", "[4]"), 4, .malformedEntry(tensor: "a", field: "data_offsets")),
    (entry(#""F8_E4M3""#, "[1]", "[0,1]"), 1, .unknownElement(tensor: "a", found: "F8_E4M3")),
    (entry(#""f32""#, "[1]", "[0,4]"), 4, .unknownElement(tensor: "a", found: "f32")),
    (entry(#""F32""#, "[-1]", "[0,4]"), 4, .invalidShape(tensor: "a")),
    (entry(#""F32""#, "[1.0]", "[0,4]"), 4, .invalidShape(tensor: "a")),
    (entry(#""F32""#, #"["1"]"#, "[0,4]"), 4, .invalidShape(tensor: "a")),
    (entry(#""F32""#, "[99999999999999999999]", "[0,4]"), 4, .invalidShape(tensor: "a")),
    (entry(#""F32""#, "[4294967296,4294967296]", "[0,0]"), 0, .invalidShape(tensor: "a")),
    (entry(#""F32""#, "[4611686018427387904]", "[0,0]"), 0, .invalidShape(tensor: "a")),
    (entry(#""F32""#, "[1]", "[-4,0]"), 4, .invalidOffsets(tensor: "a")),
    (entry(#""F32""#, "[1]", "[4,0]"), 4, .invalidOffsets(tensor: "a")),
    (entry(#""F32""#, "[1]", "[0,4.0]"), 4, .invalidOffsets(tensor: "a")),
    (entry(#""F32""#, "[1]", "[0,18446744073709551615]"), 4, .invalidOffsets(tensor: "a")),
    (entry(#""F32""#, "[2]", "[0,4]"), 4, .sizeMismatch(tensor: "a", expected: 8, found: 4)),
    (entry(#""I64""#, "[]", "[0,4]"), 4, .sizeMismatch(tensor: "a", expected: 8, found: 4)),
    (two("[0,4]", "[2,6]"), 8, .overlap(tensor: "b", begin: 2, expected: 4)),
    (two("[0,4]", "[0,4]"), 8, .overlap(tensor: "b", begin: 0, expected: 4)),
    (two("[0,4]", "[6,10]"), 10, .gap(tensor: "b", begin: 6, expected: 4)),
    (two("[4,8]", "[8,12]"), 12, .gap(tensor: "a", begin: 4, expected: 0)),
    (two("[0,4]", "[4,8]"), 7, .truncated(expected: 8, found: 7)),
    (two("[0,4]", "[4,8]"), 9, .trailingBytes(count: 1)),
    ("{}", 1, .trailingBytes(count: 1)),
  ]

  @Test(arguments: lies)
  func everyLieHasItsError(json: String, dataSize: Int, error: SafetensorsError) {
    // Two entries written one after the other are two members of one object.
    let json = json.replacing("}}{", with: "},")
    #expect(throws: error) {
      try SafetensorsHeader(parsing: Array(json.utf8), dataSize: dataSize)
    }
    #expect(error.description.contains(":"), "a remedy follows the colon")
  }

  @Test func liesAboutTheLengthHaveTheirError() throws {
    func count(_ prefix: [UInt8], _ size: Int) throws -> Int {
      try SafetensorsHeader.byteCount(prefix: prefix, fileSize: size)
    }
    #expect(try count(bytes(littleEndian: 2), 10) == 2)
    #expect(throws: SafetensorsError.tooShort(size: 7)) { try count([1, 2, 3, 4, 5, 6, 7], 7) }
    #expect(throws: SafetensorsError.headerBeyondEnd(length: 3, available: 2)) {
      try count(bytes(littleEndian: 3), 10)
    }
    #expect(throws: SafetensorsError.headerTooLong(length: 100_000_001)) {
      try count(bytes(littleEndian: 100_000_001), .max)
    }
    #expect(throws: SafetensorsError.headerTooLong(length: .max)) {
      try count([UInt8](repeating: 0xFF, count: 8), 1 << 40)
    }
  }

  @Test func headersAreWrittenPaddedAndReadBack() throws {
    var generator = SplitMix(state: 5)
    for count in 0..<40 {
      var begin = 0
      let tensors = (0..<count).map { i in
        let element = SafetensorsElement.allCases.randomElement(using: &generator) ?? .float32
        let shape = Shape(
          (0..<Int.random(in: 0..<4, using: &generator)).map { _ in
            Int.random(in: 0..<5, using: &generator)
          })
        let end = begin + shape.count * element.byteCount
        defer { begin = end }
        return SafetensorsTensor(
          name: "läyer \"\(i)\"", element: element, shape: shape, range: begin..<end)
      }
      let header = SafetensorsHeader(
        tensors: tensors, metadata: count % 2 == 0 ? [:] : ["b": "1\n", "a": "x"])
      let file = header.serialized()
      #expect(file.count % 8 == 0)
      let length = try SafetensorsHeader.byteCount(
        prefix: Array(file[..<8]), fileSize: file.count + begin)
      #expect(length == file.count - 8)
      let back = try SafetensorsHeader(parsing: Array(file[8...]), dataSize: begin)
      // Tensors without elements begin where their neighbour does, so their order is not kept.
      #expect(Set(back.tensors) == Set(tensors) && back.metadata == header.metadata)
    }
  }

  @Test func hostileNamesAreShownHarmlessly() {
    let name = "\u{1B}[31m" + String(repeating: "x", count: 1000)
    let text = SafetensorsError.missingTensor(name).description
    #expect(!text.contains("\u{1B}") && text.count < 250)
  }

  private static func entry(_ type: String, _ shape: String, _ offsets: String) -> String {
    #"{"a":{"dtype":\#(type),"shape":\#(shape),"data_offsets":\#(offsets)}}"#
  }

  private static func two(_ first: String, _ second: String) -> String {
    #"{"a":{"dtype":"F32","shape":[1],"data_offsets":\#(first)},"#
      + #""b":{"dtype":"F32","shape":[1],"data_offsets":\#(second)}}"#
  }
}
