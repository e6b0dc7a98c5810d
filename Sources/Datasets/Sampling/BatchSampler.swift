import Tensors

/// Fills batches with the samples at given positions of an epoch.
///
/// Works for any shard: the caller asks for the positions of its own ones and so reads nothing else.
public final class BatchSampler {
  /// The samples.
  public let dataset: any Dataset
  /// The key of the order, or nil for the order of the data set.
  public let key: RandomKey?
  /// The samples of the last batch, in its order: what dropout and augmentation are keyed by.
  public private(set) var samples: [Int] = []

  private var epoch = 0
  private var order: EpochPermutation

  /// A sampler of `dataset`, shuffled anew in every epoch by `key`, or in order without one.
  public init(_ dataset: any Dataset, key: RandomKey?) {
    self.dataset = dataset
    self.key = key
    order = EpochPermutation(count: dataset.count, key: key, epoch: 0)
  }

  /// Reads the samples at `positions` of `epoch` into `batch`.
  ///
  /// Allocates nothing once it has filled its largest batch.
  ///
  /// - Precondition: The positions are within the data set and not more than the batch can hold.
  public func fill(
    _ batch: Batch, positions: Range<Int>, epoch: Int
  ) throws(DatasetError) {
    if epoch != self.epoch {
      order = EpochPermutation(count: dataset.count, key: key, epoch: epoch)
      self.epoch = epoch
    }
    // Taken out of the object meanwhile, since a span cannot outlive an access.
    var chosen: [Int] = []
    swap(&chosen, &samples)
    defer { swap(&chosen, &samples) }
    chosen.removeAll(keepingCapacity: true)
    for position in positions { chosen.append(order(position)) }
    try dataset.read(chosen.span, into: batch)
  }
}
