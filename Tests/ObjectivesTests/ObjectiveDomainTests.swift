import Foundation
import Objectives
import Tensors
import Testing
import _TestSupport

/// Where formulas are not defined, at their limits, and where one is another in disguise.
struct ObjectiveDomainTests {
  private func sample(
    _ prediction: [Float], _ target: [Float], width: Int? = nil
  ) -> ObjectiveCase {
    let width = width ?? prediction.count
    let rows = prediction.count / width
    return ObjectiveCase(
      width: width, prediction: prediction, target: target,
      weights: (0..<rows).map { 1 + Float($0) / 2 })
  }

  private func clipped(_ objective: any Objective, _ sample: ObjectiveCase) -> Int {
    objective.clippedCount(
      prediction: FloatStorage(sample.prediction).span, target: FloatStorage(sample.target).span,
      width: sample.width)
  }

  @Test func percentOfNothingIsFiniteAndCounted() {
    let sample = sample([1, 2, 0], [0, 4, 0])
    let (value, gradient) = sample.valueAndGradient(of: MeanAbsolutePercentageError())
    #expect(mismatches([value], [(1e9 + 50) / 3], relative: 1e-6) == [])
    #expect(mismatches(gradient, [1e9 / 3, -25 / 3.0, 0], relative: 1e-6) == [])
    #expect(clipped(MeanAbsolutePercentageError(), sample) == 2)
  }

  @Test func logarithmsOfNegativePredictionsAreClipped() {
    let sample = sample([-3, 0, 1], [0, 1, 1])
    let (value, gradient) = sample.valueAndGradient(of: MeanSquaredLogarithmicError())
    #expect(mismatches([value], [pow(log(2), 2) / 3], relative: 1e-6) == [])
    #expect(gradient == [0, 0, 0])
    #expect(clipped(MeanSquaredLogarithmicError(), sample) == 2)
  }

  @Test func zeroVectorsHaveNoDirection() {
    let sample = sample([0, 0, 3, 4, 3, 4], [1, 2, 0, 0, 6, 8], width: 2)
    let (value, gradient) = sample.valueAndGradient(of: CosineSimilarity())
    #expect(value == -2)
    #expect(gradient[..<4] == [0, 0, 0, 0])
    #expect(gradient[4...].allSatisfy { abs($0) < 1e-7 })
    #expect(clipped(CosineSimilarity(), sample) == 2)
  }

  @Test func impossibleClassesOfADistributionAreClipped() {
    let sample = sample([0, 1], [0.5, 0.5])
    let (value, gradient) = sample.valueAndGradient(of: KullbackLeiblerDivergence())
    #expect(mismatches([value], [0.5 * log(0.5 / 1e-7) + 0.5 * log(0.5)], relative: 1e-6) == [])
    #expect(gradient == [0, -0.5])
    #expect(clipped(KullbackLeiblerDivergence(), sample) == 1)
    let same = self.sample([1, 0], [1, 0]).value(of: KullbackLeiblerDivergence())
    #expect(abs(same) < 1e-9)
  }

  @Test func certainProbabilitiesAreCounted() {
    let certain = sample([0, 1, 0.5], [0, 1, 0])
    #expect(clipped(BinaryCrossEntropy(), certain) == 2)
    #expect(clipped(BinaryCrossEntropy().readingLogits(), certain) == 0)
    #expect(clipped(BinaryFocalCrossEntropy(), certain) == 2)
    #expect(clipped(CategoricalCrossEntropy(), certain) == 1)
    #expect(clipped(CategoricalFocalCrossEntropy(), certain) == 1)
    #expect(clipped(CategoricalCrossEntropy(labelSmoothing: 0.1), certain) == 2)
    #expect(clipped(SparseCategoricalCrossEntropy(), sample([0, 1, 0.5], [1])) == 1)
    #expect(clipped(MeanSquaredError(), certain) == 0)
  }

  @Test func sumsAreMeansTimesOutputs() {
    let logits = sample([1, -2, 0.5, 3], [1, 0, 0, 1], width: 2)
    let mean = logits.valueAndGradient(of: BinaryCrossEntropy(readsLogits: true))
    let sum = logits.valueAndGradient(of: BinaryCrossEntropy(readsLogits: true, outputs: .sum))
    #expect(sum.value == 2 * mean.value)
    #expect(sum.gradient == mean.gradient.map { 2 * $0 })
    let mse = logits.valueAndGradient(of: MeanSquaredError())
    let half = logits.valueAndGradient(of: SquaredError())
    #expect(half.value == mse.value)
    #expect(half.gradient == mse.gradient)
    let wide = sample([1, -2, 0.5, 3], [1, 0, 0, 1])
    #expect(wide.value(of: SquaredError()) == 2 * wide.value(of: MeanSquaredError()))
  }

  @Test func withoutFocusFocalIsPlain() {
    let p = sample([0.2, 0.7, 0.1, 0.6], [0, 1, 1, 0], width: 2)
    let x = sample([-1, 2, 0.3, 4], [0, 1, 1, 0], width: 2)
    let pairs: [(ObjectiveCase, any Objective, any Objective)] = [
      (p, BinaryFocalCrossEntropy(gamma: 0), BinaryCrossEntropy()),
      (x, BinaryFocalCrossEntropy(gamma: 0).readingLogits(), BinaryCrossEntropy(readsLogits: true)),
      (p, CategoricalFocalCrossEntropy(gamma: 0, alpha: 1), CategoricalCrossEntropy()),
      (
        x, CategoricalFocalCrossEntropy(gamma: 0, alpha: 1).readingLogits(),
        CategoricalCrossEntropy(readsLogits: true)
      ),
    ]
    for (sample, focal, plain) in pairs {
      let (found, wanted) = (sample.valueAndGradient(of: focal), sample.valueAndGradient(of: plain))
      #expect(mismatches([found.value], [wanted.value], relative: 1e-6) == [])
      #expect(
        mismatches(found.gradient, wanted.gradient.map(Double.init), relative: 1e-6, absolute: 1e-7)
          == [])
    }
  }

  @Test func whatIsRightForCertainIsFinite() {
    for gamma in [0, 0.5, 1, 2] as [Float] {
      let binary = BinaryFocalCrossEntropy(gamma: gamma)
      let categorical = CategoricalFocalCrossEntropy(gamma: gamma)
      let cases: [(any Objective, [Float])] = [
        (binary, [0, 1]), (categorical, [0, 1]), (binary.readingLogits(), [-1e30, 1e30]),
        (binary.readingLogits(), [0, 200]), (categorical.readingLogits(), [-1e30, 1e30]),
        (categorical.readingLogits(), [0, 200]), (categorical.readingLogits(), [200, 0]),
      ]
      for (objective, prediction) in cases {
        let (value, gradient) = sample(prediction, [0, 1]).valueAndGradient(of: objective)
        #expect(value.isFinite && gradient.allSatisfy(\.isFinite), "\(objective) \(prediction)")
      }
    }
  }

  @Test func hugeErrorsOfLogCoshAreFinite() {
    let (value, gradient) = sample([1e30, -1e30], [0, 0]).valueAndGradient(of: LogCosh())
    #expect(value == Double(Float(1e30)))
    #expect(gradient == [0.5, -0.5])
  }

  @Test func theTrueClassLeadsByOneAtLeast() {
    let objective = CategoricalHinge()
    #expect(sample([3, 2, 1], [1, 0, 0]).valueAndGradient(of: objective).value == 0)
    let close = sample([3, 2.5, 1], [1, 0, 0]).valueAndGradient(of: objective)
    #expect(close.value == 0.5)
    #expect(close.gradient == [-1, 1, 0])
    // Keras's maximum takes in the true class with 0, also where all others are below.
    let below = sample([0.25, -2, -3], [1, 0, 0]).valueAndGradient(of: objective)
    #expect(below.value == 0.75)
    #expect(below.gradient == [-1, 0, 0])
  }

  @Test func notANumberIsNotHidden() {
    let objectives: [any Objective] = [
      SquaredError(), MeanAbsoluteError(), MeanAbsolutePercentageError(),
      MeanSquaredLogarithmicError(), Huber(), LogCosh(), Poisson(), CosineSimilarity(), Hinge(),
      SquaredHinge(), CategoricalHinge(), KullbackLeiblerDivergence(), BinaryFocalCrossEntropy(),
      BinaryFocalCrossEntropy().readingLogits(), CategoricalFocalCrossEntropy(),
      CategoricalFocalCrossEntropy().readingLogits(),
    ]
    for objective in objectives {
      let sample = sample([.nan, 0.5], [1, 0])
      #expect(sample.value(of: objective).isNaN, "\(objective)")
      #expect(sample.valueAndGradient(of: objective).value.isNaN, "\(objective)")
    }
  }

  @Test func formsAndDomainsOfTargets() {
    #expect(Hinge().targetForm == .signs && SquaredHinge().targetDomain == .signs)
    #expect(Poisson().targetDomain == .nonNegative && Huber().targetDomain == .any)
    #expect(BinaryFocalCrossEntropy().targetDomain == .unit)
    #expect(KullbackLeiblerDivergence().usualActivation == .softmax)
    #expect(KullbackLeiblerDivergence().fusableActivation == nil)
    #expect(LogCosh().usualActivation == nil && LogCosh().targetForm == .values)
  }
}
