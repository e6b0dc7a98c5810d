import Datasets
import Tensors

/// Samples of which only the inputs are read, all of weight 1.
public protocol TargetlessDataset: GatheringDataset {}

extension TargetlessDataset {
  /// Writes zeros.
  public func gatherTargets(
    _ indices: Span<Int>, into output: inout MutableSpan<Float>, form: TargetForm, width: Int
  ) {
    fill(&output, with: 0)
  }

  /// Writes ones.
  public func gatherWeights(_ indices: Span<Int>, into output: inout MutableSpan<Float>) {
    fill(&output, with: 1)
  }

  /// There is none.
  public func classIndex(of sample: Int) -> Int { preconditionFailure("there are no classes") }
}
