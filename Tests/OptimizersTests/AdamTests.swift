import Foundation
import Optimizers
import Testing
import _TestSupport

struct AdamTests {
  /// The first step goes one rate against the sign of the gradient, whatever its size.
  @Test func theFirstStepIsOneRateLong() {
    var run = OptimizerRun(Adam(), from: [1, 1, 1])
    run.advance(rate: 0.125) { _ in [1e-3, -1e3, 7] }
    #expect(mismatches(run.weights, [0.875, 1.125, 0.875], relative: 2e-6) == [])
  }

  @Test func farStepsNeedNoCorrection() {
    let slots: [Float] = [0.5, 0.25]
    var run = OptimizerRun(Adam(), from: [1], slots: slots, step: 1_000_000)
    run.advance(rate: 0.5) { _ in [0.5] }
    #expect(
      mismatches(run.weights, [1 - 0.5 * 0.5 / (0.999 * 0.25 + 0.001 * 0.25).squareRoot()]) == [])
  }
}
