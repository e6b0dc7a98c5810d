import Foundation
import Objectives
import Tensors
import Testing
import _TestSupport

/// Every objective against central differences, and what all of them share.
struct ObjectiveGradientTests {
  static let widths = [1, 2, 5, 10, 16, 40]

  static func cases(width: Int) -> [(name: String, objective: any Objective, sample: ObjectiveCase)]
  {
    let rows = 6
    let storage = FloatStorage(count: rows * width)
    var span = storage.mutableSpan
    let key = RandomKey(seed: UInt64(width), purpose: .synthetic)
    fillNormal(&span, mean: 0, standardDeviation: 1.5, key: key)
    let x = storage.array
    fillUniform(&span, low: 0.2, high: 0.8, key: key.derive(1))
    let p = storage.array
    let classes = (0..<rows).map { Float(($0 * 7 + 3) % width) }
    let oneHot = (0..<rows * width).map { Float($0 % width == Int(classes[$0 / width]) ? 1 : 0) }
    let yes = (0..<rows * width).map { Float($0 % 3 == 0 ? 1 : 0) }
    let weights: [Float] = [1, 0.5, 2, 0, 1.25, 3]
    func sample(_ prediction: [Float], _ target: [Float]) -> ObjectiveCase {
      ObjectiveCase(width: width, prediction: prediction, target: target, weights: weights)
    }
    /// Predictions at least 0.04, more than two steps, away from where derivatives jump.
    func sample(
      _ prediction: [Float], _ target: [Float], kinks: [(Float) -> Float]
    ) -> ObjectiveCase {
      var moved = prediction
      for i in moved.indices {
        for kink in kinks.map({ $0(target[i]) }) where abs(moved[i] - kink) < 0.04 {
          moved[i] = kink + (moved[i] < kink ? -0.04 : 0.04)
        }
      }
      return sample(moved, target)
    }
    let signs = yes.map { 2 * $0 - 1 }
    // Outputs half a unit apart, the true one besides by a fifth.
    let apart = oneHot.indices.map { place in
      Float((place % width * 7 + place / width) % width) * 0.5 + 0.13 + 0.2 * oneHot[place]
    }
    return [
      ("mean squared error", MeanSquaredError(), sample(x, p)),
      ("squared error", SquaredError(), sample(x, p)),
      ("mean absolute error", MeanAbsoluteError(), sample(x, p, kinks: [{ $0 }])),
      ("percentage error", MeanAbsolutePercentageError(), sample(x, p, kinks: [{ $0 }])),
      ("logarithmic error", MeanSquaredLogarithmicError(), sample(p, yes)),
      ("huber", Huber(), sample(x, p, kinks: [{ $0 - 1 }, { $0 + 1 }])),
      ("ln cosh", LogCosh(), sample(x, p)),
      ("poisson", Poisson(), sample(p, yes.map { 3 * $0 })),
      ("cosine", CosineSimilarity(), sample(x.map { $0 + 2 }, p)),
      ("hinge", Hinge(), sample(x, signs, kinks: [{ $0 }])),
      ("squared hinge", SquaredHinge(), sample(x, signs, kinks: [{ $0 }])),
      ("categorical hinge", CategoricalHinge(), sample(apart, oneHot)),
      ("divergence", KullbackLeiblerDivergence(), sample(p, p.map { 1 - $0 })),
      ("binary, summed", BinaryCrossEntropy(readsLogits: true, outputs: .sum), sample(x, yes)),
      ("binary, smoothed", BinaryCrossEntropy(labelSmoothing: 0.2), sample(p, yes)),
      (
        "binary, smoothed logits", BinaryCrossEntropy(readsLogits: true, labelSmoothing: 0.2),
        sample(x, yes)
      ),
      ("binary focal", BinaryFocalCrossEntropy(alpha: 0.3), sample(p, yes)),
      (
        "binary focal, logits",
        BinaryFocalCrossEntropy(gamma: 0.5, alpha: 0.3, labelSmoothing: 0.1).readingLogits(),
        sample(x, yes)
      ),
      ("categorical, smoothed", CategoricalCrossEntropy(labelSmoothing: 0.2), sample(p, oneHot)),
      (
        "categorical, smoothed logits",
        CategoricalCrossEntropy(readsLogits: true, labelSmoothing: 0.2), sample(x, oneHot)
      ),
      ("categorical focal", CategoricalFocalCrossEntropy(), sample(p, oneHot)),
      (
        "categorical focal, logits",
        CategoricalFocalCrossEntropy(gamma: 1.5, labelSmoothing: 0.1).readingLogits(),
        sample(x, oneHot)
      ),
      ("binary, probabilities", BinaryCrossEntropy(), sample(p, yes)),
      ("binary, logits", BinaryCrossEntropy(readsLogits: true), sample(x, yes)),
      ("categorical, probabilities", CategoricalCrossEntropy(), sample(p, oneHot)),
      ("categorical, logits", CategoricalCrossEntropy(readsLogits: true), sample(x, oneHot)),
      (
        "categorical, logits, rows of any sum", CategoricalCrossEntropy(readsLogits: true),
        sample(x, p)
      ),
      ("sparse, probabilities", SparseCategoricalCrossEntropy(), sample(p, classes)),
      ("sparse, logits", SparseCategoricalCrossEntropy(readsLogits: true), sample(x, classes)),
    ]
  }

  @Test(arguments: widths)
  func gradientsAreThoseOfTheValues(width: Int) {
    for (name, objective, sample) in Self.cases(width: width) {
      let gradient = sample.valueAndGradient(of: objective).gradient
      let lines = gradientMismatches(gradient, at: sample.prediction) {
        sample.value(of: objective, at: $0)
      }
      #expect(lines == [], "\(name), width \(width)")
    }
  }

  @Test(arguments: widths)
  func bothFormsOfTheValueAgreeToTheBit(width: Int) {
    for (name, objective, sample) in Self.cases(width: width) {
      let (value, _) = sample.valueAndGradient(of: objective)
      #expect(value == sample.value(of: objective), "\(name), width \(width)")
    }
  }

  /// Sums, not means: the batch cut in two gives two sums that add up, and the same gradients.
  @Test(arguments: widths)
  func batchesAddUp(width: Int) {
    for (name, objective, sample) in Self.cases(width: width) {
      let whole = sample.valueAndGradient(of: objective)
      let targetWidth = sample.target.count / sample.weights.count
      let parts = [0..<2, 2..<6].map { rows in
        ObjectiveCase(
          width: width,
          prediction: Array(sample.prediction[rows.lowerBound * width..<rows.upperBound * width]),
          target: Array(
            sample.target[rows.lowerBound * targetWidth..<rows.upperBound * targetWidth]),
          weights: Array(sample.weights[rows])
        ).valueAndGradient(of: objective)
      }
      #expect(parts[0].gradient + parts[1].gradient == whole.gradient, "\(name), width \(width)")
      let sum = parts[0].value + parts[1].value
      let size = abs(parts[0].value) + abs(parts[1].value)
      #expect(abs(sum - whole.value) <= 1e-14 * size, "\(name), width \(width)")
      // The fourth weight is zero.
      #expect(whole.gradient[3 * width..<4 * width].allSatisfy { $0 == 0 }, "\(name)")
    }
  }
}
