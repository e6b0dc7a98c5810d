import Datasets
import Tensors

/// Brings the samples of each piece of a minibatch: read when they are asked for, or, where they are
/// changed at random, ahead of time in the background.
///
/// Plain samples are copied by the step itself: of an epoch of the convolutional network of MNIST that is
/// 0.2 %, all that a thread of its own could save.
final class BatchFeed {
  private enum Way {
    case direct(BatchSampler, Batch)
    case ahead(Prefetcher)
  }

  private let way: Way
  private let pieces: (ShardPlan, Range<Int>, Int)
  private var isReading = false
  /// The plain samples that were read before they were asked for.
  private var early: (positions: Range<Int>, epoch: Int)?

  /// The samples of the shards `localShards` of `shardPlan`.
  init(_ plan: RunPlan, _ shardPlan: ShardPlan, localShards: Range<Int>) {
    pieces = (shardPlan, localShards, plan.microBatch)
    let sampler = plan.sampler()
    let batch = { plan.batch(rows: plan.computedRows.max() ?? 1) }
    way =
      plan.augmentation == nil
      ? .direct(sampler, batch())
      : .ahead(
        Prefetcher(
          sampler, count: BatchFeed.batches(plan, localShards: localShards), batch: batch))
  }

  /// The batches that are held in memory.
  static func batches(_ plan: RunPlan, localShards: Range<Int>) -> Int {
    guard plan.augmentation != nil else { return 1 }
    let bytes = plan.batchBytes(rows: plan.computedRows.max() ?? 1)
    return Prefetcher.count(
      pieces: PieceSequence.most(plan.shardPlan, shards: localShards, limit: plan.microBatch),
      bytes: bytes)
  }

  /// The samples at `positions` of `epoch`, which belong to the step `step` of the epoch and follow on those
  /// that were asked for last.
  func load(
    _ positions: Range<Int>, step: Int, epoch: Int
  ) throws(DatasetError) -> Batch {
    switch way {
    case .direct(let sampler, let batch):
      let isThere = early.map { $0 == (positions, epoch) } ?? false
      early = nil
      if !isThere { try sampler.fill(batch, positions: positions, epoch: epoch) }
      return batch
    case .ahead(let prefetcher):
      if !isReading {
        isReading = true
        let (plan, shards, limit) = pieces
        prefetcher.begin(
          PieceSequence(plan, shards: shards, limit: limit, from: step), epoch: epoch)
      }
      return try prefetcher.next(positions)
    }
  }

  /// Reads plain samples that will be asked for next, in the place of those that were asked for last; what
  /// fails is told when they are asked for.
  func loadEarly(_ positions: Range<Int>, epoch: Int) {
    guard case .direct(let sampler, let batch) = way else { return }
    early = nil
    do throws(DatasetError) {
      try sampler.fill(batch, positions: positions, epoch: epoch)
      early = (positions, epoch)
    } catch {}
  }

  /// The samples that were loaded last are needed no more.
  func release() {
    if case .ahead(let prefetcher) = way { prefetcher.release() }
  }

  /// Stops reading ahead; until the next step, others may read the samples.
  func pause() {
    guard isReading, case .ahead(let prefetcher) = way else { return }
    isReading = false
    prefetcher.pause()
  }
}

extension RunPlan {
  /// What reads the training samples in the order of an epoch, changed at random where that is wanted.
  func sampler() -> BatchSampler {
    if let followed { return BatchSampler(followed.records, key: nil) }
    return BatchSampler(
      training, key: RandomKey(seed: seed, purpose: .order), augmentation: augmentation)
  }

  /// Room for `rows` samples.
  func batch(rows: Int) -> Batch {
    Batch(
      capacity: rows, inputWidth: graph.inputShape.count, targetWidth: evaluation.targetWidth,
      targetForm: evaluation.targetForm)
  }

  /// The bytes of such room.
  func batchBytes(rows: Int) -> Int {
    rows * (graph.inputShape.count + evaluation.targetWidth + 1) * MemoryLayout<Float>.stride
  }
}
