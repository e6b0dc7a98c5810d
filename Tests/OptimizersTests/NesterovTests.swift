import Optimizers
import Testing
import _TestSupport

struct NesterovTests {
  @Test func theGradientIsTakenAheadAndTheParametersComeBack() {
    var run = OptimizerRun(Nesterov(momentum: 0.5), from: [1, -2])
    run.advance(rate: 1) { w in
      #expect(w == [1, -2])
      return [2, 4]
    }
    #expect(run.weights == [-1, -6])
    #expect(Array(run.slots.prefix(2)) == [-2, -4])
    run.enterLookAhead()
    #expect(run.weights == [-2, -8])
    run.leaveLookAhead()
    #expect(run.weights == [-1, -6])
    run.advance(rate: 1) { w in
      #expect(w == [-2, -8])
      return [0, 0]
    }
    #expect(run.weights == [-2, -8])
  }

  /// θ + αv − αv is not θ in floating point; the slot is what brings the bits back.
  @Test func bitsAreRestoredWhereArithmeticWouldNot() {
    let theta: [Float] = (0..<1000).map { 1 / Float($0 + 3) }
    let velocity: [Float] = (0..<1000).map { 1e3 / Float($0 + 7) }
    #expect(zip(theta, velocity).contains { ($0 + 0.9 * $1) - 0.9 * $1 != $0 })
    let run = OptimizerRun(Nesterov(), from: theta, slots: velocity + theta.map { _ in .nan })
    run.enterLookAhead()
    #expect(run.weights != theta)
    run.leaveLookAhead()
    #expect(run.weights == theta)
  }
}
