import Objectives
import Testing
import _TestSupport

/// Values of Keras and gradients of PyTorch; see `scripts/golden/objectives.py`.
struct ObjectiveGoldenTests {
  struct File: Decodable {
    var cases: [Case]
  }

  struct Case: Decodable {
    var objective: String
    var width: Int
    var prediction: [Float]
    var target: [Float]
    var weights: [Float]
    var value: Double
    var gradient: [Double]
  }

  static let objectives: [String: any Objective] = [
    "mean_squared_error": MeanSquaredError(),
    "squared_error": SquaredError(),
    "mean_absolute_error": MeanAbsoluteError(),
    "mean_absolute_percentage_error": MeanAbsolutePercentageError(),
    "mean_squared_logarithmic_error": MeanSquaredLogarithmicError(),
    "huber": Huber(),
    "huber_0.3": Huber(delta: 0.3),
    "log_cosh": LogCosh(),
    "poisson": Poisson(),
    "cosine_similarity": CosineSimilarity(),
    "hinge": Hinge(),
    "squared_hinge": SquaredHinge(),
    "categorical_hinge": CategoricalHinge(),
    "kullback_leibler_divergence": KullbackLeiblerDivergence(),
    "binary_crossentropy_smoothed": BinaryCrossEntropy(labelSmoothing: 0.1),
    "binary_crossentropy_smoothed_logits": BinaryCrossEntropy(labelSmoothing: 0.1).readingLogits(),
    "binary_crossentropy_sum_logits": BinaryCrossEntropy(outputs: .sum).readingLogits(),
    "categorical_crossentropy_smoothed": CategoricalCrossEntropy(labelSmoothing: 0.1),
    "categorical_crossentropy_smoothed_logits":
      CategoricalCrossEntropy(labelSmoothing: 0.1).readingLogits(),
    "binary_focal_crossentropy": BinaryFocalCrossEntropy(),
    "binary_focal_crossentropy_logits": BinaryFocalCrossEntropy().readingLogits(),
    "binary_focal_crossentropy_set":
      BinaryFocalCrossEntropy(gamma: 1.5, alpha: 0.3, labelSmoothing: 0.1),
    "categorical_focal_crossentropy": CategoricalFocalCrossEntropy(),
    "categorical_focal_crossentropy_logits": CategoricalFocalCrossEntropy().readingLogits(),
    "categorical_focal_crossentropy_set":
      CategoricalFocalCrossEntropy(gamma: 1.5, alpha: 0.6, labelSmoothing: 0.1),
    "binary_crossentropy": BinaryCrossEntropy(),
    "binary_crossentropy_logits": BinaryCrossEntropy().readingLogits(),
    "categorical_crossentropy": CategoricalCrossEntropy(),
    "categorical_crossentropy_logits": CategoricalCrossEntropy().readingLogits(),
    "sparse_categorical_crossentropy": SparseCategoricalCrossEntropy(),
    "sparse_categorical_crossentropy_logits": SparseCategoricalCrossEntropy().readingLogits(),
  ]

  @Test func valuesAndGradients() throws {
    let cases = try Golden.load("objectives", as: File.self).cases
    #expect(Set(cases.map(\.objective)) == Set(Self.objectives.keys))
    for (number, golden) in cases.enumerated() {
      let objective = try #require(Self.objectives[golden.objective])
      let name = "case \(number), \(golden.objective) of width \(golden.width)"
      let sample = ObjectiveCase(
        width: golden.width, prediction: golden.prediction, target: golden.target,
        weights: golden.weights)
      let (value, gradient) = sample.valueAndGradient(of: objective)
      #expect(
        mismatches([value], [golden.value], relative: 1e-6, absolute: 1e-9) == [], "\(name)")
      // A smoothed target is a rounded number near which the derivative is a difference of two.
      let absolute = golden.objective.contains("smoothed") ? 2e-7 : 1e-8
      #expect(
        mismatches(gradient, golden.gradient, relative: 1e-6, absolute: absolute) == [], "\(name)")
    }
  }
}
