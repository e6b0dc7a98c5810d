import Objectives
import Tensors

/// Predictions, targets and weights to try an objective on.
struct ObjectiveCase {
  var width: Int
  var prediction: [Float]
  var target: [Float]
  var weights: [Float]

  func value(of objective: any Objective, at prediction: [Float]? = nil) -> Double {
    objective.value(
      prediction: FloatStorage(prediction ?? self.prediction).span,
      target: FloatStorage(target).span, weights: FloatStorage(weights).span, width: width)
  }

  func valueAndGradient(of objective: any Objective) -> (value: Double, gradient: [Float]) {
    // Rubbish to begin with, so that an element left out is found.
    let storage = FloatStorage([Float](repeating: 1e30, count: prediction.count))
    var gradient = storage.mutableSpan
    let value = objective.valueAndGradient(
      prediction: FloatStorage(prediction).span, target: FloatStorage(target).span,
      weights: FloatStorage(weights).span, width: width, gradient: &gradient)
    return (value, storage.array)
  }
}
