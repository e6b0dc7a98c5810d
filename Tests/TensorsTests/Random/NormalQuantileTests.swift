import Foundation
import Testing

@testable import Tensors

struct NormalQuantileTests {
  /// Φ of the quantile is p again: the error in z is the error in Φ over the density.
  @Test func invertsTheDistribution() {
    var (middle, tail) = (0.0, 0.0)
    var p = Float(0x1p-33)
    while p < 0.49 {
      let z = Double(lowerNormalQuantile(p))
      let back = 0.5 * erfc(-z / 2.0.squareRoot())
      let density = exp(-z * z / 2) / (2 * Double.pi).squareRoot()
      let error = abs(back - Double(p)) / density / abs(z)
      if p > 3e-8 { middle = max(middle, error) } else { tail = max(tail, error) }
      p *= 1.0007
    }
    #expect(middle < 2e-6)
    #expect(tail < 4e-4)
    #expect(abs(lowerNormalQuantile(0.4999) + 0.00025066283) < 1e-7)
    #expect(lowerNormalQuantile(0.5) == 0)
  }
}
