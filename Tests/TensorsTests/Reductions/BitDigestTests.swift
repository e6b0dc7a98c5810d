import Tensors
import Testing

@Suite struct BitDigestTests {
  @Test(arguments: [1, 7, 8, 9, 1000, 1003])
  func everyBitOfEveryElementCounts(count: Int) {
    let values = FloatStorage((0..<count).map { Float($0) - 3.5 })
    let digest = bitDigest(values.span)
    #expect(bitDigest(FloatStorage(values.array).span) == digest)
    for i in [0, count / 2, count - 1] {
      for bit in 0..<32 {
        var changed = values.array
        changed[i] = Float(bitPattern: changed[i].bitPattern ^ (1 << bit))
        #expect(bitDigest(FloatStorage(changed).span) != digest, "bit \(bit) of element \(i)")
      }
    }
  }

  @Test func twoSignsInOneLaneDoNotHideEachOther() {
    var values = [Float](repeating: 1, count: 64)
    let digest = bitDigest(FloatStorage(values).span)
    for other in [8, 16, 24, 40] {
      values[0] = -1
      values[other] = -1
      #expect(bitDigest(FloatStorage(values).span) != digest, "\(other)")
      values[0] = 1
      values[other] = 1
    }
  }

  @Test func orderAndZerosCount() {
    func digest(_ values: [Float]) -> UInt64 { bitDigest(FloatStorage(values).span) }
    #expect(digest([1, 2]) != digest([2, 1]))
    #expect(digest([0]) != digest([-0.0]))
    #expect(digest([0]) != digest([0, 0]))
    #expect(bitDigest([1, 2] as [UInt64]) != bitDigest([2, 1] as [UInt64]))
  }
}
