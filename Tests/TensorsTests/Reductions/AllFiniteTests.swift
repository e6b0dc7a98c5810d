import Tensors
import Testing

@Suite struct AllFiniteTests {
  @Test func theLargestNumbersAreFinite() {
    #expect(isFinite([]))
    let ends: [Float] = [0, -0, .greatestFiniteMagnitude, -.greatestFiniteMagnitude]
    #expect(isFinite(ends + [.leastNonzeroMagnitude]))
  }

  @Test(arguments: [
    Float.infinity, -.infinity, .nan, -.nan, .signalingNaN, Float(bitPattern: 0xff80_0001),
  ])
  func oneIsFoundAtEveryPlace(value: Float) {
    for count in [1, 15, 16, 17, 100] {
      for place in 0..<count {
        var values = [Float](repeating: 1e38, count: count)
        values[place] = value
        #expect(!isFinite(values), "\(value) at \(place) of \(count)")
      }
    }
  }

  private func isFinite(_ values: [Float]) -> Bool { allFinite(values.span) }
}
