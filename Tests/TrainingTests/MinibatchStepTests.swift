import Datasets
import Layers
import MPI
import Optimizers
import Tensors
import Testing
import _TestSupport

@testable import Training

/// The step uses the mean gradient over the minibatch, however that is cut.
@MainActor @Suite(.serialized) struct MinibatchStepAcrossRanks {
  /// Each rank's own world, in which it is alone.
  private func alone(_ world: Communicator) throws -> Communicator {
    try #require(try world.split(color: world.rank))
  }

  /// The gradient of single samples, averaged: nothing is cut and nothing is added but here.
  private func mean(
    of samples: [Int], at weights: [Float]? = nil, _ communicator: Communicator
  ) throws -> [Double] {
    var sum: [Double] = []
    for sample in samples {
      let one = TrainingFixture(batch: 1, subset: [sample])
      let gradient = try one.gradient(communicator, at: weights)
      sum = sum.isEmpty ? gradient : zip(sum, gradient).map(+)
    }
    return sum.map { $0 / Double(samples.count) }
  }

  private func expectSame(_ found: [Double], _ wanted: [Double], _ what: String) {
    let size = wanted.reduce(0) { max($0, $1.magnitude) }
    #expect(size > 1e-3, "\(what): there is no gradient")
    #expect(mismatches(found, wanted, relative: 1e-5, absolute: 1e-6 * size) == [], "\(what)")
  }

  @Test func aFullBatchIsTheMeanOfItsSamples() throws {
    try Ranks.together { world in
      let wanted = try mean(of: Array(0..<37), alone(world))
      for (shards, microBatch) in [(1, 1000), (1, 5), (8, 1000), (8, 2), (5, 3), (37, 1), (64, 7)]
      where shards >= world.size {
        let found = try TrainingFixture(shards: shards, microBatch: microBatch).gradient(world)
        expectSame(found, wanted, "\(shards) shards in pieces of \(microBatch)")
      }
    }
  }

  @Test func aLastSmallerBatchIsDividedByItsOwnSize() throws {
    try Ranks.together { world in
      for (samples, batch, shards) in [(10, 7, 4), (9, 8, 8), (21, 10, 6)] {
        var fixture = TrainingFixture(samples: samples, batch: batch, shards: shards)
        let last = samples % batch
        fixture.length = .steps(samples / batch)
        let (_, before) = try fixture.train(world)
        fixture.length = .steps(samples / batch + 1)
        let (_, after) = try fixture.train(world)
        let order = EpochPermutation(
          count: samples, key: RandomKey(seed: fixture.seed, purpose: .order), epoch: 0)
        let wanted = try mean(
          of: (samples - last..<samples).map { order($0) }, at: before, alone(world))
        expectSame(
          zip(before, after).map { Double($0) - Double($1) }, wanted, "the last \(last) samples")
      }
    }
  }

  @Test func penaltiesAreAddedOnceHoweverTheBatchIsCut() throws {
    try Ranks.together { world in
      var fixture = TrainingFixture(shards: 8, microBatch: 2)
      let plain = try fixture.train(world)
      fixture.penalties = Penalties(l1: 0.01, l2: 0.1, onBiases: true)
      let penalized = try fixture.train(world)
      let wanted = plain.before.map { w in 2 * 0.1 * Double(w) + (w > 0 ? 0.01 : w < 0 ? -0.01 : 0)
      }
      let found = zip(plain.after, penalized.after).map { Double($0) - Double($1) }
      expectSame(found, wanted, "penalties")
    }
  }

  /// The penalty on activities is a mean over the samples of the minibatch, as the objective is.
  @Test func penaltiesOnActivitiesAreMeansOverTheBatch() throws {
    try Ranks.together { world in
      let samples = Array(0..<12)
      let activity = ActivityPenalty(l1: 0.3, l2: 0.5)
      var wanted: [Double] = []
      for sample in samples {
        var one = TrainingFixture(batch: 1, subset: [sample])
        one.activity = activity
        let gradient = try one.gradient(alone(world)).map { $0 / Double(samples.count) }
        wanted = wanted.isEmpty ? gradient : zip(wanted, gradient).map(+)
      }
      for (shards, microBatch) in [(4, 1000), (5, 1), (12, 1)] {
        var fixture = TrainingFixture(batch: 12, shards: shards, microBatch: microBatch)
        fixture.activity = activity
        fixture.subset = samples
        expectSame(
          try fixture.gradient(world), wanted, "\(shards) shards in pieces of \(microBatch)")
      }
      let without = try mean(of: samples, alone(world))
      #expect(!mismatches(without, wanted, relative: 1e-2, absolute: 1e-3).isEmpty)
    }
  }

  @Test func ranksDoNotChangeABit() throws {
    try Ranks.together { world in
      for (shards, microBatch, dropout) in [(8, 1000, 0), (8, 1, 0.3), (6, 2, 0.3), (5, 3, 0)] {
        var fixture = TrainingFixture(batch: 10, shards: shards, microBatch: microBatch)
        fixture.dropout = Float(dropout)
        fixture.optimizer = Nesterov(momentum: 0.9)
        fixture.rate = 0.1
        fixture.length = .epochs(2)
        let together = try fixture.train(world).after
        let alone = try fixture.train(alone(world)).after
        #expect(
          together.map(\.bitPattern) == alone.map(\.bitPattern),
          "\(shards) shards in pieces of \(microBatch)")
      }
    }
  }

  @Test func dropoutMasksDependOnTheSampleNotOnItsShard() throws {
    try Ranks.together { world in
      var fixture = TrainingFixture(shards: 4, dropout: 0.4)
      let wanted = try fixture.gradient(world)
      for (shards, microBatch) in [(7, 1000), (4, 3), (37, 1)] {
        fixture.shards = shards
        fixture.microBatch = microBatch
        expectSame(
          try fixture.gradient(world), wanted, "\(shards) shards in pieces of \(microBatch)")
      }
    }
  }
}
