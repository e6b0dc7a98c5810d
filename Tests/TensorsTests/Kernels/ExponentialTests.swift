import Foundation
import Tensors
import Testing
import _TestSupport

struct ExponentialTests {
  /// Every exponent and sign, with significands spread evenly over the binade.
  @Test func isWithinTwoUlps() {
    var worst = (ulps: 0.0, x: Float(0))
    for bits in stride(from: UInt32(0), to: 0x7F80_0000, by: 2503) {
      for sign in [0, 0x8000_0000] as [UInt32] {
        let x = Float(bitPattern: bits | sign)
        let error = ulps(exponential(x), exp(Double(x)))
        if error > worst.ulps { worst = (error, x) }
      }
    }
    // The range in which results are finite, more closely.
    for step in 0..<200_000 {
      let x = -104 + Float(step) * 0.001
      let error = ulps(exponential(x), exp(Double(x)))
      if error > worst.ulps { worst = (error, x) }
    }
    #expect(worst.ulps <= 2, "at \(worst.x)")
  }

  @Test func atTheEnds() {
    #expect(exponential(.infinity) == .infinity)
    #expect(exponential(-.infinity) == 0)
    #expect(exponential(.nan).isNaN)
    #expect(exponential(0) == 1 && exponential(-0.0) == 1)
    #expect(exponential(88.8) == .infinity)
    #expect(exponential(88.7) < .infinity)
    #expect(exponential(-103) == Float.leastNonzeroMagnitude)
    #expect(exponential(-104) == 0)
    #expect(exponential(.leastNonzeroMagnitude) == 1)
  }

  @Test func theVectorFormGivesTheSameBits() {
    let inputs = (0..<1003).map { Float($0) * 0.21 - 107 } + [.infinity, -.infinity, .nan]
    let storage = FloatStorage(inputs)
    var span = storage.mutableSpan
    vectorExp(&span)
    for (x, y) in zip(inputs, storage.array) {
      #expect(y == exponential(x) || x.isNaN && y.isNaN)
    }
  }
}
