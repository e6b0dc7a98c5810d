import Foundation
import Tensors
import Testing

/// Fill, scale, add, add scaled and power: against the plainest loop, at awkward lengths.
struct ElementwiseTests {
  static let counts = [0, 1, 7, 16, 33, 1000]

  @Test(arguments: counts)
  func kernelsDoWhatTheyAreCalled(count: Int) {
    let x = (0..<count).map { Float($0) * 0.37 - 3 }
    let y = (0..<count).map { 1 / Float($0 + 1) }
    let (source, target) = (FloatStorage(x), FloatStorage(y))
    var span = target.mutableSpan
    add(source.span, to: &span)
    #expect(target.array == zip(x, y).map { $1 + $0 })
    addScaled(source.span, times: -0.3, to: &span)
    #expect(target.array == zip(x, y).map { ($1 + $0) + -0.3 * $0 })
    scale(&span, by: 4)
    #expect(target.array == zip(x, y).map { 4 * (($1 + $0) + -0.3 * $0) })
    fill(&span, with: 2.5)
    #expect(target.array == [Float](repeating: 2.5, count: count))
    #expect(source.array == x)
  }

  @Test func powerIsRepeatedMultiplication() {
    #expect(power(0.9, 0) == 1 && power(0.9, 1) == 0.9 && power(2, 10) == 1024)
    for exponent in [2, 3, 17, 1000, 123_456] {
      let expected = pow(0.999, Double(exponent))
      #expect(abs(power(0.999, exponent) - expected) <= 1e-11 * expected)
    }
  }
}
