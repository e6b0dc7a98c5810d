import Tensors
import Testing
import _TestSupport

@testable import Formats

@Suite struct ParameterDigestTests {
  /// The tensors of `scripts/golden/formats.py`.
  static let tensors: [String: (shape: Shape, values: [Float])] = [
    "dense_1.weight": ([2, 3], [-0.25, -0.125, 0, 0.125, 0.25, 0.375]),
    "dense_10.bias": ([2], [1.5, -0.0]), "Zeta.bias": ([2], [0x1p-140, 3.4e38]),
    "größe": (Shape([]), [0.1]), "empty": ([0, 4], []),
  ]
  static let golden = "a742e4e02a3e8297370dcf756b20b8d510cfe912283cf6d2d2c9cc1ba7629f15"

  @Test func theDigestEqualsPythons() {
    #expect(digest(Self.tensors) == Self.golden)
  }

  @Test func theDigestOfAFileIsTheSame() throws {
    try withTemporaryFolder { folder in
      let tensors = Self.tensors.map { SafetensorsWriter.Announcement($0, .float32, $1.shape) }
      let writer = try SafetensorsWriter(
        path: folder.path("a"), tensors: tensors, metadata: ["any": "text"])
      for (name, tensor) in Self.tensors { try writer.write(name, tensor.values.span) }
      try writer.finish()
      #expect(
        try ParameterDigest.hex(of: SafetensorsReader(path: folder.path("a"))) == Self.golden)
    }
  }

  @Test func namesAreOrderedByTheirBytes() {
    #expect(
      ParameterDigest.ordered(["größe", "dense_10.b", "dense_1.b", "Z", "gz", "dense_1"])
        == ["Z", "dense_1", "dense_1.b", "dense_10.b", "größe", "gz"].sorted {
          Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8))
        })
    #expect(ParameterDigest.ordered(["ä", "z"]) == ["z", "ä"])
  }

  @Test func nameShapeAndEveryBitCount() {
    let plain = digest(["a": ([2, 2], [1, 2, 3, 4])])
    #expect(plain != digest(["b": ([2, 2], [1, 2, 3, 4])]))
    #expect(plain != digest(["a": ([4], [1, 2, 3, 4])]))
    #expect(plain != digest(["a": ([2, 2], [1, 2, 3, 4.0000005])]))
    #expect(digest(["a": ([1], [0])]) != digest(["a": ([1], [-0.0])]))
    #expect(digest([:]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
  }

  private func digest(_ tensors: [String: (shape: Shape, values: [Float])]) -> String {
    var digest = ParameterDigest()
    for name in ParameterDigest.ordered(tensors.keys) {
      guard let tensor = tensors[name] else { continue }
      digest.add(name, shape: tensor.shape, values: tensor.values.span)
    }
    return digest.finish()
  }
}
