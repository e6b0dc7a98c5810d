import Datasets
import Tensors

/// The inputs of a data set without targets and weights: what unsupervised training sees.
public final class UnlabelledDataset: TargetlessDataset {
  /// The inputs' schema, without targets.
  public let schema: DataSchema
  /// The number of samples.
  public var count: Int { base.count }

  private let base: any GatheringDataset

  /// The inputs of `base`.
  public init(_ base: any GatheringDataset) {
    self.base = base
    schema = DataSchema(inputShape: base.schema.inputShape, target: .absent)
  }

  /// The shape of one sample, as `base` hands it on.
  public var inputShape: Shape { base.inputShape }

  /// Writes the inputs of the samples `indices` to `output`.
  public func gatherInputs(
    _ indices: Span<Int>, into output: inout MutableSpan<Float>, rescaling: Rescaling?
  ) throws(DatasetError) {
    try base.gatherInputs(indices, into: &output, rescaling: rescaling)
  }
}

extension GatheringDataset {
  /// Checks that every input is a probability, as Bernoulli units want it; `part` says whose.
  ///
  /// - Throws: `badContent` that names the first that is none.
  public func requireProbabilities(_ part: String) throws(DatasetError) {
    let (width, rows) = (inputShape.count, 256)
    let storage = FloatStorage(count: rows * width)
    var start = 0
    while start < count {
      let samples = Array(start..<min(start + rows, count))
      var values = storage.mutableSpan(0..<samples.count * width)
      try gatherInputs(samples.span, into: &values, rescaling: nil)
      for i in 0..<values.count where !(values[i] >= 0 && values[i] <= 1) {
        throw DatasetError(
          .badContent,
          "input \(i % width) of \(part) sample \(start + i / width) is \(values[i]), but Bernoulli"
            + " units take data from 0 to 1; scale the data (`preprocess: [min_max]`, or [{divide:"
            + " 255}] for pixels), or use `visible: gaussian` on standardized data")
      }
      start += rows
    }
  }
}
