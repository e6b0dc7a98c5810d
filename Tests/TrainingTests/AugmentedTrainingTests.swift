import Datasets
import MPI
import Tensors
import Testing
import _TestSupport

@testable import Training

/// Samples of which one can't be read.
private final class Broken: GatheringDataset {
  let base: any GatheringDataset
  let sample: Int
  init(_ base: any GatheringDataset, sample: Int) { (self.base, self.sample) = (base, sample) }

  var schema: DataSchema { base.schema }
  var count: Int { base.count }
  func gatherInputs(
    _ indices: Span<Int>, into output: inout MutableSpan<Float>, rescaling: Rescaling?
  ) throws(DatasetError) {
    for k in 0..<indices.count where indices[k] == sample {
      throw DatasetError(.unreadable, "sample \(sample) is gone")
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

/// Training with samples that are read ahead.
@MainActor @Suite(.serialized) struct AugmentedTrainingAcrossRanks {
  private func trainer(
    _ fixture: TrainingFixture, _ source: any GatheringDataset, _ world: Communicator
  )
    throws -> Trainer
  {
    var plan = try fixture.plan()
    plan.augmentation = try AugmentationPlan(
      source, steps: [AddedNoise(standardDeviation: 0.2)],
      preprocessing: Preprocessing(fitting: [], to: TrainingFixture.data()), seed: fixture.seed)
    return try fixture.trainer(world, plan: plan)
  }

  private static let fixture = TrainingFixture(
    samples: 37, batch: 10, shards: 4, microBatch: 2, rate: 0.1, length: .epochs(3),
    validation: Array(40..<51))

  @Test func aSampleThatCannotBeReadAheadEndsTheRunOnAllRanks() throws {
    try Ranks.together { world in
      let samples = Subset(try TrainingFixture.data(), Array(0..<37))
      let stop = StopSignal()
      defer { StopSignal.release() }
      for sample in [0, 17, 36] {
        let trainer = try trainer(Self.fixture, Broken(samples, sample: sample), world)
        let before = TrainingFixture.parameters(of: trainer)
        do {
          _ = try trainer.train(stop: stop)
          Issue.record("sample \(sample) was read")
        } catch let error as TrainingError {
          #expect(error == TrainingError(code: ExitCode.absent, "sample \(sample) is gone"))
        }
        // The first epoch holds every sample: the run ends in one of its four steps.
        #expect(trainer.step.step < 4)
        if trainer.step.step > 0 { #expect(TrainingFixture.parameters(of: trainer) != before) }
        // The background is idle: the samples can be read here.
        #expect(throws: TrainingError.self) { _ = try trainer.train(stop: stop) }
      }
    }
  }

  /// The parameters after training on changed samples.
  private func trained(_ world: Communicator) throws -> [UInt32] {
    let samples = Subset(try TrainingFixture.data(), Array(0..<37))
    let trainer = try trainer(Self.fixture, samples, world)
    let stop = StopSignal()
    defer { StopSignal.release() }
    _ = try trainer.train(stop: stop)
    return TrainingFixture.parameters(of: trainer).map(\.bitPattern)
  }

  @Test func ranksDoNotChangeABit() throws {
    try Ranks.together { world in
      let together = try trained(world)
      let alone = try #require(try world.split(color: world.rank))
      #expect(try trained(alone) == together)
      let plain = try Self.fixture.train(world).after
      #expect(plain.map(\.bitPattern) != together)
    }
  }

  @Test func memoryCountsTheBatchesThatAreReadAhead() throws {
    try Ranks.together { world in
      let samples = Subset(try TrainingFixture.data(), Array(0..<37))
      let ahead = try trainer(Self.fixture, samples, world).memory()
      let plain = try Self.fixture.trainer(world).memory()
      // Shards of 3 or 2 samples in pieces of 2, read two steps ahead; 5 inputs, 3 targets, 1 weight.
      let shards = (4 + world.size - 1) / world.size
      let pieces = [2, 4, 5, 6][shards - 1]
      #expect(ahead.batch - plain.batch == (2 * pieces - 1) * 2 * 9 * 4)
    }
  }
}
