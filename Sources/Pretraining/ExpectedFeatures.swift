import Datasets
import Tensors

/// The data of a stage before those below it are trained: as many samples, as wide, all zeros. What a run
/// on them needs is what one on the features will need.
public final class ExpectedFeatures: TargetlessDataset {
  /// The features' schema.
  public let schema: DataSchema
  /// The number of samples.
  public let count: Int

  /// As many samples as `base` has, of `width` features each.
  public init(of base: any GatheringDataset, width: Int, isItsOwnTarget: Bool) {
    count = base.count
    schema = DataSchema(
      inputShape: [width], target: isItsOwnTarget ? .values(width: width) : .absent)
  }

  /// Writes zeros.
  public func gatherInputs(
    _ indices: Span<Int>, into output: inout MutableSpan<Float>, rescaling: Rescaling?
  ) {
    fill(&output, with: 0)
  }
}
