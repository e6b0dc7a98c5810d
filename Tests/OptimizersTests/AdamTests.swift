import Foundation
import Testing
import _TestSupport

@testable import Optimizers

struct AdamTests {
  /// The first step goes one rate against the sign of the gradient, whatever its size.
  @Test func theFirstStepIsOneRateLong() {
    var run = OptimizerRun(Adam(), from: [1, 1, 1])
    run.advance(rate: 0.125) { _ in [1e-3, -1e3, 7] }
    #expect(mismatches(run.weights, [0.875, 1.125, 0.875], relative: 2e-6) == [])
  }

  @Test func farStepsNeedNoCorrection() {
    let slots: [Float] = [0.5, 0.25]
    for rule in [Adam(), Adam(.keras)] {
      var run = OptimizerRun(rule, from: [1], slots: slots, step: 1_000_000)
      run.advance(rate: 0.5) { _ in [0.5] }
      #expect(
        mismatches(run.weights, [1 - 0.5 * 0.5 / (0.999 * 0.25 + 0.001 * 0.25).squareRoot()]) == [])
    }
  }

  /// Keras's δ stands beside the uncorrected root: in the first step it weighs √1000 times as much.
  @Test func theFormsDifferWhereDeltaCounts() {
    var moved: [Variant: Float] = [:]
    for variant in Variant.allCases {
      var rule = Adam(variant)
      rule.epsilon = 1e-3
      var run = OptimizerRun(rule, from: [1])
      run.advance(rate: 0.5) { _ in [1e-2] }
      moved[variant] = 1 - run.weights[0]
    }
    #expect(moved[.book] == moved[.pytorch])
    #expect(mismatches([moved[.book]!], [0.5 * 1e-2 / (1e-2 + 1e-3)], relative: 1e-5) == [])
    let keras = 0.5 * 1e-2 / (1e-2 + 1e-3 / 0.001.squareRoot())
    #expect(mismatches([moved[.keras]!], [keras], relative: 1e-4) == [])
  }

  /// Liu et al. count four gradients before the second moment is looked at, PyTorch five.
  @Test func radamLooksAtTheSecondMomentInTime() {
    for (variant, first) in [(Variant.book, 5), (.keras, 5), (.pytorch, 6)] {
      let rule = RAdam(variant)
      #expect((1...9).filter { rule.rectification($0) == nil } == Array(1..<first), "\(variant)")
      // Far out it is Adam.
      #expect(mismatches([Float(rule.rectification(5_000_000) ?? 0)], [1], relative: 1e-6) == [])
    }
    // A variance that forgets at once is never worth five gradients.
    var rule = RAdam(.pytorch)
    rule.beta2 = 0.5
    #expect((1...1000).allSatisfy { rule.rectification($0) == nil })
  }

  /// The product of the momenta must not cost more and more, nor wander.
  @Test func nadamStaysCheapAndFiniteFarOut() {
    for variant in Variant.allCases {
      var run = OptimizerRun(
        Nadam(variant), from: [1], slots: [0.5, 0.25], step: 2_000_000)
      for _ in 0..<10 { run.advance(rate: 0.01) { _ in [0.5] } }
      #expect(mismatches(run.weights, [1 - 10 * 0.01], relative: 1e-3) == [], "\(variant)")
    }
  }
}
