import Tensors
import Testing

@Suite struct ContentDigestTests {
  @Test("every byte and the length count, at every length around the size of a step")
  func everyByteCounts() {
    for count in [0, 1, 31, 127, 128, 129, 256, 300] {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37) }
      let digest = contentDigest(bytes.span.bytes)
      #expect(contentDigest(bytes.span.bytes) == digest)
      let longer = bytes + [0]
      #expect(contentDigest(longer.span.bytes) != digest)
      for index in bytes.indices {
        var other = bytes
        other[index] ^= 1 << UInt8(index % 8)
        #expect(contentDigest(other.span.bytes) != digest, "byte \(index) of \(count)")
      }
    }
  }

  @Test func theOrderCounts() {
    let words = (0..<640).map { UInt32($0) }
    var swapped = words
    swapped.swapAt(3, 35)
    #expect(contentDigest(words.span.bytes) != contentDigest(swapped.span.bytes))
  }
}
