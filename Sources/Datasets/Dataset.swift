import Tensors

/// What the targets of a data set are.
public enum TargetDescription: Hashable, Sendable, Codable {
  /// One class per sample, by the classes' names in the order of their numbers.
  case classes([String])
  /// One class for each of so many steps of a sequence, by the classes' names.
  case classSequences([String], steps: Int)
  /// Numbers to be predicted, so many per sample.
  case values(width: Int)
}

/// A sequence of samples, read by index.
///
/// Samples come in the order of the file; shuffling, splitting and sharding are the sampler's. A
/// data set is read by one thread at a time.
public protocol Dataset: AnyObject {
  /// The number of samples.
  var count: Int { get }

  /// The shape of one sample's inputs: `[features]` or `[channels, height, width]`.
  var inputShape: Shape { get }

  /// What the targets are.
  var targets: TargetDescription { get }

  /// Reads the samples `indices` into the first rows of `batch` and sets its `count`.
  ///
  /// Class targets are written in the form of `batch.targetForm`. Allocates nothing.
  func read(_ indices: Span<Int>, into batch: Batch) throws(DatasetError)
}
