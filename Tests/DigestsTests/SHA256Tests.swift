import Testing

@testable import Digests

/// Vectors of NIST's "Examples with Intermediate Values" for FIPS 180-4, and of RFC 6234, section 8.5.
@Suite struct SHA256Tests {
  static let published: [(text: String, hex: String)] = [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      String(repeating: "01234567", count: 80),
      "594847328451bdfa85056225462cc1d867d877fb388df0ce35f25ab5562bfbb5"
    ),
  ]

  @Test(arguments: published)
  func publishedVectorsAreMet(text: String, hex: String) {
    #expect(SHA256.hex(of: Array(text.utf8)) == hex)
  }

  @Test func aMillionLettersInUnevenPieces() {
    let letters = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
    var digest = SHA256()
    var start = 0
    var step = 1
    while start < letters.count {
      let end = min(start + step, letters.count)
      digest.update(letters.span.extracting(start..<end))
      start = end
      step = step * 3 + 1
    }
    #expect(
      digest.finishHex() == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test func allFormsOfUpdateAreOne() {
    let bytes: [UInt8] = [0, 1, 2, 253, 254, 255]
    let expected = SHA256.hex(of: bytes)
    var raw = SHA256()
    bytes.withUnsafeBytes { raw.update($0) }
    var rawSpan = SHA256()
    rawSpan.update(bytes.span.bytes)
    #expect(raw.finishHex() == expected)
    #expect(rawSpan.finishHex() == expected)
  }

  @Test func bytesAndHexAgree() {
    var digest = SHA256()
    digest.update([7])
    let bytes = digest.finish()
    let hex = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    #expect(bytes.count == SHA256.byteCount)
    #expect(hex == SHA256.hex(of: [7]))
  }

  @Test func differentBytesDiffer() {
    #expect(SHA256.hex(of: [0]) != SHA256.hex(of: [0, 0]))
  }
}
