import Tensors
import Testing

@testable import Datasets

/// Batches that are filled ahead of their use.
@Suite struct PrefetcherTests {
  private static let samples = 53

  private func source() throws -> any GatheringDataset {
    try SyntheticDataset(
      inputShape: [4, 6], targets: .classes(2), count: PrefetcherTests.samples, seed: 4
    ).make()
  }

  private func sampler(_ source: any GatheringDataset) throws -> BatchSampler {
    BatchSampler(
      source, key: RandomKey(seed: 1, purpose: .order),
      augmentation: try plan([RandomRotation(-0.2...0.2), MixUp()], source, seed: 1))
  }

  @Test("what comes is what reading brings: shards in pieces, a ragged end, from any step, again")
  func same() throws {
    let source = try source()
    let shardPlan = ShardPlan(samples: PrefetcherTests.samples, batch: 16, shards: 3)
    let (direct, ahead) = (
      try sampler(source), Prefetcher(try sampler(source), count: 3) { batch(source, capacity: 4) }
    )
    let room = batch(source, capacity: 4)
    for (epoch, first, wanted) in [(0, 0, 14), (0, 2, 6), (1, 0, 5), (7, 3, 2), (2, 0, 14)] {
      let pieces = PieceSequence(shardPlan, shards: 0..<2, limit: 4, from: first)
      ahead.begin(pieces, epoch: epoch)
      var count = 0
      for positions in pieces.prefix(wanted) {
        try direct.fill(room, positions: positions, epoch: epoch)
        let found = try ahead.next(positions)
        #expect(found.samples == room.samples && found.count == positions.count)
        #expect(found.inputs.array == room.inputs.array || found.count < 4)
        #expect(found.inputs.array.prefix(24) == room.inputs.array.prefix(24))
        #expect(found.targets.array.prefix(2) == room.targets.array.prefix(2))
        ahead.release()
        count += 1
      }
      #expect(count == wanted)
      // Sometimes in the middle, sometimes at the end.
      if epoch != 1 { ahead.pause() }
    }
  }

  @Test("pieces are the shards of a rank in the order of computing")
  func pieces() {
    let plan = ShardPlan(samples: 21, batch: 16, shards: 3)
    #expect(
      Array(PieceSequence(plan, shards: 0..<2, limit: 4, from: 0))
        == [0..<4, 4..<6, 6..<10, 10..<11, 16..<18, 18..<20])
    #expect(Array(PieceSequence(plan, shards: 2..<3, limit: 9, from: 1)) == [20..<21])
    #expect(Array(PieceSequence(plan, shards: 1..<1, limit: 9, from: 0)) == [])
    #expect(PieceSequence.most(plan, shards: 0..<2, limit: 4) == 4)
    #expect(Prefetcher.count(pieces: 4, bytes: 1000) == 8)
    #expect(Prefetcher.count(pieces: 1, bytes: 1 << 30) == 2)
    #expect(Prefetcher.count(pieces: 100, bytes: 8 << 20) == 8)
  }

  /// Samples of which one can't be read.
  private final class Broken: GatheringDataset {
    let base: any GatheringDataset
    init(_ base: any GatheringDataset) { self.base = base }
    var schema: DataSchema { base.schema }
    var count: Int { base.count }
    func gatherInputs(
      _ indices: Span<Int>, into output: inout MutableSpan<Float>, rescaling: Rescaling?
    ) throws(DatasetError) {
      for k in 0..<indices.count where indices[k] == 9 {
        throw DatasetError(.unreadable, "sample 9 is gone")
      }
      try base.gatherInputs(indices, into: &output, rescaling: rescaling)
    }
    func gatherTargets(
      _ indices: Span<Int>, into output: inout MutableSpan<Float>, form: TargetForm, width: Int
    ) { base.gatherTargets(indices, into: &output, form: form, width: width) }
    func gatherWeights(_ indices: Span<Int>, into output: inout MutableSpan<Float>) {
      base.gatherWeights(indices, into: &output)
    }
    func classIndex(of sample: Int) -> Int { base.classIndex(of: sample) }
  }

  @Test("a failure comes with the piece that it belongs to, and ends the filling")
  func failure() throws {
    let source = Broken(try source())
    let sampler = BatchSampler(
      source, key: nil, augmentation: try plan([RandomFlip()], source))
    let ahead = Prefetcher(sampler, count: 4) { batch(source, capacity: 4) }
    let pieces = PieceSequence(
      ShardPlan(samples: 53, batch: 4, shards: 1), shards: 0..<1, limit: 4, from: 0)
    for _ in 0..<2 {
      ahead.begin(pieces, epoch: 0)
      for positions in [0..<4, 4..<8] {
        #expect(try ahead.next(positions).samples == Array(positions))
        ahead.release()
      }
      expectFailure(.unreadable, "sample 9 is gone") { _ = try ahead.next(8..<12) }
    }
  }
}
