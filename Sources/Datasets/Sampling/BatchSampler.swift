import Tensors

/// Fills batches with the samples at given positions of an epoch.
///
/// Works for any shard: the caller asks for the positions of its own ones and so reads nothing else.
public final class BatchSampler {
  /// The samples.
  public let dataset: any Dataset
  /// The key of the order, or nil for the order of the data set.
  public let key: RandomKey?
  private var epoch = 0
  private var order: EpochPermutation
  private let augmenter: Augmenter?

  /// A sampler of `dataset`, shuffled anew in every epoch by `key`, or in order without one.
  ///
  /// - Parameter augmentation: How its samples are changed at random; nil for not at all.
  public init(_ dataset: any Dataset, key: RandomKey?, augmentation: AugmentationPlan? = nil) {
    self.dataset = dataset
    self.key = key
    augmenter = augmentation.map(Augmenter.init)
    precondition(augmentation.map { $0.source.count == dataset.count } ?? true)
    order = EpochPermutation(count: dataset.count, key: key, epoch: 0)
  }

  /// Reads the samples at `positions` of `epoch` into `batch`, which gets their numbers too.
  ///
  /// Allocates nothing once the batch has held its largest number.
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
    swap(&chosen, &batch.samples)
    defer { swap(&chosen, &batch.samples) }
    chosen.removeAll(keepingCapacity: true)
    for position in positions { chosen.append(order(position)) }
    if let augmenter {
      try augmenter.read(chosen.span, epoch: epoch, into: batch)
    } else {
      try dataset.read(chosen.span, into: batch)
    }
  }
}
