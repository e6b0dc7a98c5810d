import Collectives

/// How the ranks of a run work together. Nothing in here changes a result.
public struct ParallelPlan: Hashable, Sendable {
  /// How many bytes of the gradient are exchanged at once; nil measures what is fastest.
  public var bucketBytes: Int?
  /// Whether ranks of one machine add gradients in memory that they share, where all are on one.
  public var usesSharedMemory = true
  /// After how many steps the ranks compare their parameters; 0 leaves it to the epochs' ends.
  public var lockstepEvery = 0
  /// A fault made on purpose, for tests.
  public var fault: InjectedFault?

  /// The defaults.
  public init() {}

  /// The buckets in terms of the reduction.
  var bucket: BucketSize {
    bucketBytes.map { .elements(max(1, $0 / MemoryLayout<Float>.stride)) } ?? .automatic
  }
}
