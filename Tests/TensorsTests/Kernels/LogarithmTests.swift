import Foundation
import Tensors
import Testing
import _TestSupport

struct LogarithmTests {
  @Test func isWithinTwoUlps() {
    var worst = (ulps: 0.0, x: Float(0))
    for bits in stride(from: UInt32(1), to: 0x7F80_0000, by: 1999) {
      let x = Float(bitPattern: bits)
      let error = ulps(logarithm(x), log(Double(x)))
      if error > worst.ulps { worst = (error, x) }
    }
    // Close to 1, where the result is small.
    for step in -100_000..<100_000 {
      let x = Float(bitPattern: UInt32(Int(Float(1).bitPattern) + step))
      let error = ulps(logarithm(x), log(Double(x)))
      if error > worst.ulps { worst = (error, x) }
    }
    #expect(worst.ulps <= 2, "at \(worst.x)")
  }

  @Test func atTheEnds() {
    #expect(logarithm(.infinity) == .infinity)
    #expect(logarithm(0) == -.infinity && logarithm(-0.0) == -.infinity)
    #expect(logarithm(1) == 0)
    #expect(logarithm(-1).isNaN && logarithm(-.infinity).isNaN && logarithm(.nan).isNaN)
  }
}
