import Tensors

/// Samples whose inputs are the rows of one array, in memory or in a file, and whose targets are in
/// memory: what every reader makes.
public final class ArrayDataset: GatheringDataset {
  /// What the samples mean.
  public let schema: DataSchema
  /// The number of samples.
  public var count: Int { rows.count }

  private let rows: any InputRows
  private let storedTargets: StoredTargets

  /// The samples of `rows` and `targets`.
  ///
  /// - Throws: Where there are no samples, or more of one than of the other.
  init(
    _ name: String, rows: any InputRows, inputShape: [Int], targets: StoredTargets,
    table: DataSchema.Table? = nil
  ) throws(DatasetError) {
    precondition(Shape(inputShape).count == rows.width)
    guard rows.count > 0 else { throw DatasetError(.badContent, "\(name) holds no samples") }
    if let targetCount = targets.count, targetCount != rows.count {
      throw DatasetError(
        .badContent,
        "\(name): \(rows.count) inputs but \(targetCount) targets; do the files belong together?")
    }
    self.rows = rows
    storedTargets = targets
    schema = DataSchema(inputShape: inputShape, target: targets.description, table: table)
  }

  /// Writes the inputs of the samples `indices` to `output`.
  public func gatherInputs(
    _ indices: Span<Int>, into output: inout MutableSpan<Float>, rescaling: Rescaling?
  ) throws(DatasetError) {
    try rows.gather(indices, into: &output, rescaling: rescaling)
  }

  /// Writes the targets of the samples `indices` to `output`.
  public func gatherTargets(
    _ indices: Span<Int>, into output: inout MutableSpan<Float>, form: TargetForm, width: Int
  ) {
    storedTargets.gather(indices, into: &output, form: form, width: width)
  }

  /// The class of one sample.
  public func classIndex(of sample: Int) -> Int { storedTargets.classIndex(of: sample) }
}
