import Formats
import Layers
import MPI
import OneDNN
import Tensors
import Testing
import _TestSupport

@testable import Training

#if canImport(Glibc)
  import Glibc
#endif

/// Notes what it is told, and fails or stops where it is asked to.
private final class Witness: Callback {
  var hooks: [String] = []
  var last = RunStatus()
  var stopAtStep: Int?
  var failure: (hook: String, error: any Error)?

  private func note(_ hook: String, _ status: RunStatus) throws -> Verdict {
    hooks.append(hook)
    last = status
    if let failure, failure.hook == hook { throw failure.error }
    return hook == "step" && status.step == stopAtStep ? .stop : .continue
  }

  func runWillStart(_ status: RunStatus) throws -> Verdict { try note("start", status) }
  func epochWillStart(_ status: RunStatus) throws -> Verdict { try note("epoch", status) }
  func stepDidEnd(_ status: RunStatus) throws -> Verdict { try note("step", status) }
  func epochDidEnd(_ status: RunStatus) throws -> Verdict { try note("epoch end", status) }
  func evaluationDidEnd(_ status: RunStatus) throws -> Verdict { try note("evaluation", status) }
  func runDidEnd(_ status: RunStatus) throws -> Verdict { try note("end", status) }
}

@MainActor @Suite(.serialized) struct TrainerAcrossRanks {
  private func train(
    _ fixture: TrainingFixture, _ world: Communicator, _ callbacks: [any Callback] = []
  ) throws -> RunResult {
    let trainer = try fixture.trainer(world, callbacks: callbacks)
    let stop = StopSignal()
    defer { StopSignal.release() }
    return try trainer.train(stop: stop)
  }

  private static let batches = TrainingFixture(
    samples: 23, batch: 10, shards: 4, rate: 0.1, length: .epochs(2),
    validation: Array(40..<51))

  @Test func hooksComeInOrderWithTheirNumbers() throws {
    try Ranks.together { world in
      let witness = Witness()
      let result = try train(Self.batches, world, [witness])
      let epoch = ["epoch", "step", "step", "step", "evaluation", "epoch end"]
      #expect(witness.hooks == ["start"] + epoch + epoch + ["end"])
      #expect(result.status.epoch == 2 && result.status.step == 6)
      #expect(result.trainedSamples == 46)
      #expect(result.status.training?.samples == 23)
      #expect(result.status.validation?.samples == 11)
      #expect(!result.wasStopped)
    }
  }

  @Test func penaltiesAreToldApartFromTheObjective() throws {
    try Ranks.together { world in
      var fixture = Self.batches
      fixture.rate = 0
      func figures() throws -> (Figures, Figures, [Float]) {
        let witness = Witness()
        let trainer = try fixture.trainer(world, callbacks: [witness])
        let stop = StopSignal()
        defer { StopSignal.release() }
        _ = try trainer.train(stop: stop)
        return (
          try #require(witness.last.training), try #require(witness.last.validation),
          TrainingFixture.parameters(of: trainer)
        )
      }
      let (plain, _, weights) = try figures()
      #expect(plain.penalty == 0)
      fixture.penalties = Penalties(l1: 0.25, l2: 0.5, onBiases: true)
      let cost = weights.reduce(0.0) {
        $0 + 0.25 * abs(Double($1)) + 0.5 * Double($1) * Double($1)
      }
      let (training, validation, _) = try figures()
      #expect(training.objective == plain.objective)
      #expect(mismatches([training.penalty ?? 0, validation.penalty ?? 0], [cost, cost]) == [])
      fixture.penalties = Penalties()
      fixture.activity = ActivityPenalty(l1: 2)
      let (active, watched, _) = try figures()
      let (a, w) = (active.penalty ?? 0, watched.penalty ?? 0)
      // Six outputs of tanh, each below 1.
      #expect(active.objective == plain.objective && a > 0.1 && a < 12 && w > 0.1 && a != w)
    }
  }

  /// What is watched is the average; what is trained goes on from the weights.
  @Test func theAverageIsMeasuredInPlaceOfTheWeights() throws {
    try Ranks.together { world in
      let batches = Self.batches
      func run(_ average: Float?) throws -> (watched: Double, measured: Double, [Float]) {
        var fixture = batches
        fixture.average = average
        let witness = Witness()
        let trainer = try fixture.trainer(world, callbacks: [witness])
        let stop = StopSignal()
        defer { StopSignal.release() }
        var result = try trainer.train(stop: stop)
        try trainer.measure(&result)
        return (
          try #require(witness.last.validation).objective,
          try #require(result.validation).objective, TrainingFixture.parameters(of: trainer)
        )
      }
      let (plain, averaged, still) = (try run(nil), try run(0.5), try run(0))
      // An average that forgets at once is the weights.
      #expect(still.2 == plain.2 && still.watched == plain.watched)
      #expect(averaged.watched != plain.watched && averaged.watched == averaged.measured)
      #expect(averaged.2 != plain.2)
    }
  }

  @Test func lengthsAreKept() throws {
    try Ranks.together { world in
      var fixture = Self.batches
      for (length, steps) in [
        (RunLength.steps(1), 1), (.steps(3), 3), (.steps(4), 4), (.epochs(1), 3),
        (.seconds(0.000_001), 3),
      ] {
        fixture.length = length
        let result = try train(fixture, world)
        #expect(result.status.step == steps, "\(length)")
      }
    }
  }

  @Test func theLastSmallerBatchIsLeftOutOnRequest() throws {
    try Ranks.together { world in
      var fixture = Self.batches
      fixture.dropsLast = true
      let witness = Witness()
      let result = try train(fixture, world, [witness])
      #expect(result.status.step == 4)
      #expect(result.trainedSamples == 40)
      #expect(witness.last.training?.samples == 20)
    }
  }

  @Test func aCallbackMayStopTheRun() throws {
    try Ranks.together { world in
      let witness = Witness()
      witness.stopAtStep = 2
      let result = try train(Self.batches, world, [witness])
      #expect(result.status.step == 2)
      #expect(
        witness.hooks == ["start", "epoch", "step", "step", "evaluation", "epoch end", "end"])
    }
  }

  @Test func aSignalToOneRankStopsAll() throws {
    try Ranks.together { world in
      for target in 0..<world.size {
        let trainer = try Self.batches.trainer(world)
        let stop = StopSignal()
        defer { StopSignal.release() }
        if world.rank == target { pthread_kill(pthread_self(), SIGUSR1) }
        let result = try trainer.train(stop: stop)
        #expect(result.wasStopped)
        #expect(result.status.step == 1)
        #expect((stop.received != nil) == (world.rank == target))
      }
    }
  }

  @Test func whatACallbackOfOneRankThrowsEndsAllWithItsCode() throws {
    try Ranks.together { world in
      for hook in ["start", "epoch", "step", "evaluation", "epoch end", "end"] {
        for victim in 0..<world.size {
          let witness = Witness()
          if world.rank == victim {
            witness.failure = (hook, FileError(.cannotWrite, "log-\(victim)", "is full"))
          }
          let error = try #require(throws: TrainingError.self, "\(hook) \(victim)") {
            try train(Self.batches, world, [witness])
          }
          #expect(error == TrainingError(code: 73, "log-\(victim): is full"))
        }
      }
    }
  }

  @Test func theLowestOfSeveralFailuresIsTold() throws {
    try Ranks.together { world in
      let witness = Witness()
      witness.failure = ("step", TrainingError(code: Int32(65 + world.rank), "\(world.rank)"))
      let error = try #require(throws: TrainingError.self) {
        try train(Self.batches, world, [witness])
      }
      #expect(error == TrainingError(code: 65, "0"))
    }
  }

  @Test func divergenceIsToldAtTheStepOrAfterTheLast() throws {
    try Ranks.together { world in
      var fixture = Self.batches
      fixture.rate = .infinity
      let error = try #require(throws: TrainingError.self) { try train(fixture, world) }
      #expect(error.code == ExitCode.diverged)

      fixture.length = .steps(1)
      let trainer = try fixture.trainer(world)
      let stop = StopSignal()
      defer { StopSignal.release() }
      let late = try #require(throws: TrainingError.self) { try trainer.train(stop: stop) }
      #expect(late.code == ExitCode.diverged && late.description.contains("after step 1"))
      #expect(late.description.contains("dense_1.weight holds numbers that are not finite"))
    }
  }

  @Test func everySampleIsMeasuredOnceInChunksOfAnySize() throws {
    try Ranks.together { world in
      let own = try #require(try world.split(color: world.rank))
      for samples in [1, 2, 7, 8, 9, 23] {
        var objectives: [Double] = []
        for (chunk, communicator) in [(8, world), (8, own), (3, world), (100, world)] {
          var fixture = TrainingFixture(samples: samples, batch: 1, shards: 4)
          fixture.evaluationBatch = chunk
          let trainer = try fixture.trainer(communicator)
          var result = RunResult(
            status: RunStatus(), wasStopped: false, trainingSeconds: 0, trainedSamples: 0)
          try trainer.measure(&result)
          let figures = try #require(result.training)
          #expect(figures.samples == samples)
          objectives.append(figures.objective)
        }
        #expect(objectives[0] == objectives[1], "ranks change the figures")
        #expect(mismatches(objectives, objectives.map { _ in objectives[0] }) == [])
      }
    }
  }
}
