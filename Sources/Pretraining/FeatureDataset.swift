import Datasets
import Tensors
import Training

/// What a trained network makes of a data set, kept in memory: the data of the next stage.
///
/// Its targets are none, or the features themselves, which an autoencoder is to reconstruct.
public final class FeatureDataset: GatheringDataset {
  /// The features' schema.
  public let schema: DataSchema
  /// The number of samples.
  public let count: Int

  private let width: Int
  private let values: FloatStorage
  private let isItsOwnTarget: Bool

  /// The samples of `base` as `model` puts them out, or as they are where there is none.
  ///
  /// Every rank computes all of them, in the same chunks, so all hold the same bits.
  public init(
    of base: any GatheringDataset, by model: TrainedModel?, width: Int, isItsOwnTarget: Bool = false
  ) throws {
    self.width = width
    self.isItsOwnTarget = isItsOwnTarget
    count = base.count
    schema = DataSchema(
      inputShape: [width], target: isItsOwnTarget ? .values(width: width) : .absent)
    values = FloatStorage(count: base.count * width)
    let values = values
    if let model {
      var start = 0
      try model.predict(UnlabelledDataset(base)) { outputs, rows in
        precondition(outputs.count == rows * width, "\(outputs.count) features of \(rows) samples")
        var place = values.mutableSpan(start..<start + outputs.count)
        for i in 0..<outputs.count { place[i] = outputs[i] }
        start += outputs.count
      }
      return
    }
    precondition(base.inputShape.count == width, "\(base.inputShape) is not \(width) wide")
    var start = 0
    while start < count {
      let samples = Array(start..<min(start + 256, count))
      var place = values.mutableSpan(start * width..<(start + samples.count) * width)
      try base.gatherInputs(samples.span, into: &place, rescaling: nil)
      start += samples.count
    }
  }

  /// Writes the features of the samples `indices` to `output`.
  public func gatherInputs(
    _ indices: Span<Int>, into output: inout MutableSpan<Float>, rescaling: Rescaling?
  ) throws(DatasetError) {
    precondition(rescaling == nil, "features are not prepared again")
    copy(indices, into: &output)
  }

  private func copy(_ indices: Span<Int>, into output: inout MutableSpan<Float>) {
    let values = values
    for k in 0..<indices.count {
      let source = values.span(indices[k] * width..<(indices[k] + 1) * width)
      for i in 0..<width { output[k * width + i] = source[i] }
    }
  }

  /// Writes the features again, or zeros where there are no targets.
  public func gatherTargets(
    _ indices: Span<Int>, into output: inout MutableSpan<Float>, form: TargetForm, width: Int
  ) {
    guard isItsOwnTarget else { return fill(&output, with: 0) }
    precondition(width == self.width, "targets of \(width) numbers from \(self.width) features")
    copy(indices, into: &output)
  }

  /// Writes ones.
  public func gatherWeights(_ indices: Span<Int>, into output: inout MutableSpan<Float>) {
    fill(&output, with: 1)
  }

  /// There is none.
  public func classIndex(of sample: Int) -> Int { preconditionFailure("there are no classes") }
}
