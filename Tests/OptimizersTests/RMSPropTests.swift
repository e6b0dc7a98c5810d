import Optimizers
import Testing
import _TestSupport

struct RMSPropTests {
  /// Without δ an element that never had a gradient would be 0/0.
  @Test func anElementWithoutGradientStaysWithoutDelta() {
    var rule = RMSProp()
    (rule.nesterov, rule.momentum, rule.epsilon) = (true, 0.5, 0)
    var run = OptimizerRun(rule, from: [1, 2, 3])
    for _ in 0..<3 { run.advance(rate: 0.1) { _ in [0, 1, 1e-30] } }
    #expect(run.weights[0] == 1)
    #expect(run.weights[1] < 2 && run.weights.allSatisfy { $0.isFinite })
    // 1e-30 squared is 0 in single precision: such a gradient is none.
    #expect(run.weights[2] == 3)
  }

  /// A constant gradient has no variance; rounding may make it negative.
  @Test func aVarianceBelowZeroCountsAsZero() {
    for variant in Variant.allCases {
      var rule = RMSProp(variant)
      rule.centered = true
      var run = OptimizerRun(rule, from: [1, 1, 1])
      for _ in 0..<500 { run.advance(rate: 1e-9) { _ in [0.1, 1e6, -0.3] } }
      #expect(run.weights.allSatisfy { $0.isFinite }, "\(variant)")
    }
  }
}
