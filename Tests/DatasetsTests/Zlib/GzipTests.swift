import Foundation
import Testing
import Zlib

@Suite struct GzipTests {
  @Test(arguments: [0, 1, 2, 1000, 70_000, 1_000_000])
  func whatIsCompressedComesBack(count: Int) throws {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* $0 &+ $0 / 257) }
    let packed = try gzip(bytes)
    #expect(try Gzip.decompress(packed.span, maximum: count) == bytes)
  }

  @Test func membersFollowOneAnother() throws {
    let (a, b): ([UInt8], [UInt8]) = ([1, 2, 3], [4, 5])
    let packed = try gzip(a) + gzip(b)
    #expect(try Gzip.decompress(packed.span, maximum: 5) == [1, 2, 3, 4, 5])
  }

  @Test func aMemberWrittenByPythonIsRead() throws {
    // python3 -c "import gzip,base64; print(base64.b64encode(gzip.compress(b'nntrain', mtime=0)))"
    let packed = [UInt8](Data(base64Encoded: "H4sIAAAAAAACA8vLKylKzMwDAFKVX+4HAAAA") ?? Data())
    #expect(packed.count == 27)
    let text = try Gzip.decompress(packed.span, maximum: 100)
    #expect(String(decoding: text, as: UTF8.self) == "nntrain")
  }

  @Test func aContentAboveTheMaximumIsRefused() throws {
    let packed = try gzip([UInt8](repeating: 0, count: 10_000_000))
    #expect(packed.count < 20_000)
    let error = #expect(throws: InputError.self) {
      try Gzip.decompress(packed.span, maximum: 1_000_000)
    }
    #expect(error?.kind == .tooLarge)
  }

  @Test func truncatedAndDamagedDataAreTold() throws {
    let bytes = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let packed = try gzip(bytes)
    for length in [1, 10, packed.count / 2, packed.count - 1] {
      let error = #expect(throws: InputError.self) {
        try Gzip.decompress(packed.span.extracting(first: length), maximum: 5000)
      }
      #expect(error?.kind == .truncated, "\(length) bytes")
    }
    var flipped = packed
    flipped[packed.count - 6] ^= 1
    let error = #expect(throws: InputError.self) {
      try Gzip.decompress(flipped.span, maximum: 5000)
    }
    #expect(error?.kind == .corrupt)
    let noGzip = #expect(throws: InputError.self) {
      try Gzip.decompress([1, 2, 3, 4].span, maximum: 5000)
    }
    #expect(noGzip?.kind == .corrupt)
  }

  @Test func aBareDeflateStreamIsRead() throws {
    // zlib.compress(b'aaaaaaaaaa')[2:-4]
    #expect(try Gzip.inflate([0x4b, 0x4c, 0x84, 0x01, 0x00].span, maximum: 10).count == 10)
    let error = #expect(throws: InputError.self) {
      try Gzip.inflate([0x4b, 0x4c, 0x84, 0x01, 0x00, 0x00].span, maximum: 10)
    }
    #expect(error?.kind == .corrupt)
  }

  @Test func checksumsMatchTheStandardsCheckValue() {
    // The check value of CRC-32 in every catalogue: of the nine digits.
    var checksum = CRC32()
    checksum.update(Array("1234".utf8).span)
    checksum.update(Array("56789".utf8).span)
    #expect(checksum.value == 0xcbf4_3926)
    #expect(CRC32().value == 0)
  }
}
