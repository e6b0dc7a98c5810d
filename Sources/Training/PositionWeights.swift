import Datasets
import Tensors

/// What each position of a batch's sequences weighs: as much as its sample, and nothing where it is
/// padding.
///
/// Objective and metrics see positions as they would see samples: rows of outputs, targets and weights.
/// Where outputs are no sequences a sample is one position, and nothing here does any work.
final class PositionWeights {
  private let positions: Int
  private let isMasked: Bool
  private var weights = FloatStorage(count: 0)
  private var outputs = FloatStorage(count: 0)
  private var targets = FloatStorage(count: 0)
  private var mask = FloatStorage(count: 0)
  /// The positions of the last batch that are no padding.
  private(set) var count = 0

  /// Weights for the outputs of `plan`.
  init(_ plan: EvaluationPlan) {
    positions = plan.positions
    isMasked = plan.isMasked
  }

  /// The weights of the samples now in `batch`, a number for each position; `mask` is what the forward
  /// pass of these samples has left.
  func weights(of batch: Batch, mask: FloatStorage) -> FloatStorage {
    count = batch.count * positions
    guard positions > 1 else { return batch.weights }
    let all = batch.count * positions
    if weights.count < all { weights = FloatStorage(count: all) }
    let (samples, own) = (batch.weights, weights)
    var values = own.mutableSpan(0..<all)
    for i in 0..<batch.count {
      for j in i * positions..<(i + 1) * positions { values[j] = samples.span[i] }
    }
    guard isMasked else { return own }
    self.mask = mask
    count = 0
    for i in 0..<all {
      if mask.span[i] == 0 { values[i] = 0 } else { count += 1 }
    }
    return own
  }

  /// Copies of the outputs and targets of those positions that are no padding; nil where all are.
  func unmasked(
    _ prediction: Span<Float>, _ target: Span<Float>, width: Int, targetWidth: Int
  ) -> (outputs: FloatStorage, targets: FloatStorage, count: Int)? {
    let rows = prediction.count / width
    guard isMasked, count < rows else { return nil }
    if outputs.count < prediction.count { outputs = FloatStorage(count: prediction.count) }
    if targets.count < target.count { targets = FloatStorage(count: target.count) }
    let (outputs, targets, mask) = (outputs, targets, mask)
    var y = outputs.mutableSpan
    var t = targets.mutableSpan
    var next = 0
    for i in 0..<rows where mask.span[i] != 0 {
      for j in 0..<width { y[next * width + j] = prediction[i * width + j] }
      for j in 0..<targetWidth { t[next * targetWidth + j] = target[i * targetWidth + j] }
      next += 1
    }
    return (outputs, targets, next)
  }
}
