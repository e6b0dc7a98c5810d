import Foundation
import Tensors
import Testing
import _TestSupport

struct SquashingTests {
  /// Every exponent and sign, then the range in which neither function is constant, closely.
  private func worst(_ error: (Float) -> Double) -> (ulps: Double, x: Float) {
    var worst = (ulps: 0.0, x: Float(0))
    func look(_ x: Float) {
      let found = error(x)
      if found > worst.ulps { worst = (found, x) }
    }
    for bits in stride(from: UInt32(0), to: 0x7F80_0000, by: 7507) {
      for sign in [0, 0x8000_0000] as [UInt32] { look(Float(bitPattern: bits | sign)) }
    }
    for step in 0..<100_000 { look(-10 + Float(step) * 0.0002) }
    return worst
  }

  @Test func theHyperbolicTangentIsWithinFourUlps() {
    let found = worst { ulps(hyperbolicTangent($0), tanh(Double($0))) }
    #expect(found.ulps <= 4, "at \(found.x)")
    #expect(hyperbolicTangent(.infinity) == 1 && hyperbolicTangent(-.infinity) == -1)
    #expect(hyperbolicTangent(.nan).isNaN && hyperbolicTangent(0) == 0)
  }

  @Test func theLogisticIsWithinFourUlps() {
    // Below −87 the result is subnormal, and the quotient of a number that is infinite.
    let found = worst { $0 < -87 ? 0 : ulps(logistic($0), 1 / (1 + exp(-Double($0)))) }
    #expect(found.ulps <= 4, "at \(found.x)")
    #expect(logistic(.infinity) == 1 && logistic(-.infinity) == 0)
    #expect(logistic(.nan).isNaN && logistic(0) == 0.5)
  }
}
