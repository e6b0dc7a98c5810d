import Datasets
import Tensors
import Training

/// The samples of a data set as an ensemble sees them: the inputs are the members' outputs, combined.
///
/// An ensemble is thus judged, and predicts, as a network that hands its inputs on.
final class CombinedOutputs: Dataset {
  let count: Int
  let inputShape: Shape
  let targets: TargetDescription
  private let data: any Dataset
  private let members: [TrainedModel]
  private let rule: any EnsembleRule
  private var batch: Batch?
  private var outputs = FloatStorage(count: 0)

  init(_ data: any Dataset, members: [TrainedModel], rule: any EnsembleRule, width: Int) {
    self.data = data
    self.members = members
    self.rule = rule
    count = data.count
    inputShape = [width]
    targets = data.targets
  }

  func read(_ indices: Span<Int>, into batch: Batch) throws(DatasetError) {
    let inner = makeBatch(like: batch)
    try data.read(indices, into: inner)
    let (rows, width) = (indices.count, inputShape.count)
    let outputs = outputs
    for (index, member) in members.enumerated() {
      var plane = outputs.mutableSpan(index * rows * width..<(index + 1) * rows * width)
      member.compute(inner, into: &plane)
    }
    let inputs = batch.inputs
    var combined = inputs.mutableSpan(0..<rows * width)
    rule.combine(
      outputs.span(0..<members.count * rows * width), rows: rows, width: width, into: &combined)
    CombinedOutputs.copy(inner.targets, to: batch.targets, rows * batch.targetWidth)
    CombinedOutputs.copy(inner.weights, to: batch.weights, rows)
    batch.count = rows
  }

  /// Room for the members' samples, whose targets are those of `outer`.
  private func makeBatch(like outer: Batch) -> Batch {
    if let batch { return batch }
    let made = Batch(
      capacity: outer.capacity, inputWidth: data.inputWidth, targetWidth: outer.targetWidth,
      targetForm: outer.targetForm)
    batch = made
    outputs = FloatStorage(count: members.count * outer.capacity * inputShape.count)
    return made
  }

  private static func copy(_ source: FloatStorage, to target: FloatStorage, _ count: Int) {
    let from = source.span(0..<count)
    var values = target.mutableSpan(0..<count)
    for i in 0..<count { values[i] = from[i] }
  }
}
