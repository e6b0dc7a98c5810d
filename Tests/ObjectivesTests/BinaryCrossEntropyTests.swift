import Foundation
import Objectives
import Testing
import _TestSupport

struct BinaryCrossEntropyTests {
  private func sample(_ prediction: [Float], _ target: [Float]) -> ObjectiveCase {
    ObjectiveCase(
      width: 1, prediction: prediction, target: target,
      weights: [Float](repeating: 1, count: target.count))
  }

  @Test func certainProbabilitiesAreClipped() {
    let wrong = sample([0, 1], [1, 0]).valueAndGradient(of: BinaryCrossEntropy())
    #expect(mismatches([wrong.value], [-2 * log(1e-7)], relative: 1e-6) == [])
    #expect(wrong.gradient == [0, 0])
    let right = sample([0, 1], [0, 1]).valueAndGradient(of: BinaryCrossEntropy())
    #expect(mismatches([right.value], [2e-7], relative: 1e-3) == [])
  }

  @Test func logitsKeepTheDigitsOfSmallLosses() {
    let objective = BinaryCrossEntropy().readingLogits()
    for x in [-80, -30, -17, -16, -5, 0, 3, 16, 40, 80] as [Float] {
      let (value, gradient) = sample([x], [0]).valueAndGradient(of: objective)
      let expected = x > 0 ? Double(x) + log1p(exp(-Double(x))) : log1p(exp(Double(x)))
      #expect(mismatches([value], [expected], relative: 1e-6) == [], "at \(x)")
      let sigmoid = 1 / (1 + exp(-Double(x)))
      #expect(mismatches(gradient, [sigmoid], relative: 1e-6) == [], "at \(x)")
    }
  }

  @Test func hugeLogitsAreFinite() {
    let objective = BinaryCrossEntropy().readingLogits()
    let (value, gradient) = sample([1e30, -1e30, 1e30], [1, 0, 0]).valueAndGradient(of: objective)
    #expect(value == Double(Float(1e30)))
    #expect(gradient == [0, 0, 1])
    #expect(objective.fusableActivation == .sigmoid && objective.targetForm == .values)
  }

  @Test func notANumberIsNotHidden() {
    for objective in [BinaryCrossEntropy(), BinaryCrossEntropy(readsLogits: true)] {
      #expect(sample([.nan], [1]).value(of: objective).isNaN)
    }
  }
}
