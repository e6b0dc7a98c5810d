import Optimizers
import Tensors
import Testing
import _TestSupport

/// Rules that scale by norms over a parameter.
struct NormTests {
  static let rules: [any Optimizer] = [LARS(trust: 0.25), LAMB(), LAMB(.keras)]

  /// Given the norms of the whole, a parameter may be cut anywhere.
  @Test(arguments: rules.indices)
  func cuttingAParameterChangesNothing(rule: Int) {
    let rule = Self.rules[rule]
    let weights = (0..<37).map { Float($0 % 7) - 2.5 }
    let gradient = (0..<37).map { Float($0 % 11) * 0.3 - 1 }
    var settings = UpdateStep(
      rate: 0.1, step: 1, gradientScale: 0.5, l1: 0.01, l2: 0.02, decay: 0.1)
    func run(_ range: Range<Int>, norms: ParameterNorms?) -> ([Float], direction: [Float]) {
      let (w, g) = (FloatStorage(Array(weights[range])), FloatStorage(Array(gradient[range])))
      let s = FloatStorage(count: rule.slotNames.count * range.count)
      var values = w.mutableSpan
      var direction = g.mutableSpan
      var slots = s.mutableSpan
      rule.direct(&direction, weights: w.span, slots: &slots, settings)
      let found = g.array
      settings.norms =
        norms
        ?? ParameterNorms(
          weights: squaredNorm(w.span).squareRoot(), direction: squaredNorm(g.span).squareRoot())
      rule.update(&values, gradient: g.span, slots: &slots, settings)
      return (w.array, found)
    }
    let whole = run(0..<37, norms: nil)
    let norms = settings.norms
    for cut in [1, 16, 30] {
      let parts = run(0..<cut, norms: norms).0 + run(cut..<37, norms: norms).0
      #expect(parts == whole.0, "\(rule) cut at \(cut)")
    }
  }

  /// A parameter of zeros moves by the plain rate; one without gradient does not move.
  @Test func normsOfZeroAreNoDivisionByZero() {
    for rule in Self.rules {
      var run = OptimizerRun(rule, from: [0, 0])
      run.advance(rate: 0.5) { _ in [1, -1] }
      #expect(mismatches(run.weights, [-0.5, 0.5], relative: 1e-5) == [], "\(rule)")
      run = OptimizerRun(rule, from: [1, 2])
      run.advance(rate: 0.5) { _ in [0, 0] }
      #expect(run.weights == [1, 2], "\(rule)")
    }
  }

  /// The first step of LAMB is as long as the rate says, in units of the parameter's own length.
  @Test func lambStepsAreSharesOfTheParameter() {
    var run = OptimizerRun(LAMB(), from: [3, 4])
    run.advance(rate: 0.1) { _ in [1e-3, 1e3] }
    let step = run.weights.enumerated().map { Double($1) - [3, 4][$0] }
    #expect(abs((step[0] * step[0] + step[1] * step[1]).squareRoot() - 0.5) < 1e-3)
  }
}
