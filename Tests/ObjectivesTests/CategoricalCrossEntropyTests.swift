import Foundation
import Objectives
import Testing
import _TestSupport

struct CategoricalCrossEntropyTests {
  let logits = CategoricalCrossEntropy().readingLogits()

  @Test func certainProbabilitiesAreClipped() {
    let sample = ObjectiveCase(
      width: 2, prediction: [0, 1, 1, 0], target: [1, 0, 1, 0], weights: [1, 1])
    let (value, gradient) = sample.valueAndGradient(of: CategoricalCrossEntropy())
    #expect(mismatches([value], [-log(1e-7) + 1e-7], relative: 1e-6) == [])
    #expect(gradient == [0, 0, 0, 0])
  }

  @Test func hugeLogitsAreFinite() {
    let sample = ObjectiveCase(
      width: 3, prediction: [1e30, 0, -1e30, 1000, 1000, -1000], target: [1, 0, 0, 0, 0, 1],
      weights: [1, 1])
    let (value, gradient) = sample.valueAndGradient(of: logits)
    #expect(mismatches([value], [2000 + log(2)], relative: 1e-7) == [])
    #expect(gradient == [0, 0, 0, 0.5, 0.5, -1])
  }

  /// A constant added to all logits changes nothing that counts.
  @Test func onlyDifferencesOfLogitsCount() {
    let x: [Float] = [0.5, -1, 2, 0.25]
    let target: [Float] = [0, 0, 1, 0]
    let plain = ObjectiveCase(width: 4, prediction: x, target: target, weights: [1])
    let moved = ObjectiveCase(
      width: 4, prediction: x.map { $0 + 64 }, target: target, weights: [1])
    #expect(
      plain.valueAndGradient(of: logits).gradient == moved.valueAndGradient(of: logits).gradient)
    #expect(abs(plain.value(of: logits) - moved.value(of: logits)) < 1e-12)
  }

  /// More rows than one block of the exponentials holds, each with its own maximum.
  @Test func rowsKeepTheirOwnMaxima() {
    for width in [10, 5000] {
      let rows = 9000 / width + 3
      let x = (0..<rows * width).map { Float($0 / width) * 3 + Float($0 % 7) }
      let target = (0..<rows * width).map { Float($0 % width == 1 ? 1 : 0) }
      let sample = ObjectiveCase(
        width: width, prediction: x, target: target,
        weights: [Float](repeating: 1, count: rows))
      let (value, gradient) = sample.valueAndGradient(of: logits)
      #expect(value == sample.value(of: logits))
      for row in 0..<rows {
        let total = gradient[row * width..<(row + 1) * width].reduce(0) { $0 + Double($1) }
        #expect(abs(total) < 1e-5, "row \(row) of width \(width)")
      }
    }
  }

  @Test func notANumberIsNotHidden() {
    for objective in [logits, CategoricalCrossEntropy()] {
      let sample = ObjectiveCase(
        width: 2, prediction: [.nan, 0.5], target: [1, 0], weights: [1])
      #expect(sample.value(of: objective).isNaN)
      #expect(sample.valueAndGradient(of: objective).value.isNaN)
    }
  }
}
