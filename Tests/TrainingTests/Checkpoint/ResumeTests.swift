import Collectives
import Formats
import MPI
import Optimizers
import Testing
import _TestSupport

@testable import Training

#if canImport(Glibc)
  import Glibc
#endif

/// Keeps the figures of each epoch, and ends the run after some steps, which it counts over resumes.
private final class History: Callback {
  var epochs: [String] = []
  var objectives: [Double] = []
  var steps = 0
  var limit: Int?
  /// Runs after each step.
  var action: (Int) -> Void = { _ in }

  func keepState(in state: NamedState) { state.keep("history", of: self, \.steps) }

  func stepDidEnd(_ status: RunStatus) -> Verdict {
    steps += 1
    action(status.step)
    return steps == limit ? .stop : .continue
  }

  func epochDidEnd(_ status: RunStatus) -> Verdict {
    let figures = [status.training, status.validation].map { figures in
      figures.map { JSONValue.object($0.json).serialized() } ?? "none"
    }
    let flow = status.gradientFlow.map { JSONValue.object($0.json).serialized() }
    epochs.append("\(status.epoch) \(status.step) \(figures) \(flow)")
    objectives.append(status.validation?.objective ?? 0)
    return .continue
  }
}

@MainActor @Suite(.serialized) struct ResumeAcrossRanks {
  private static let fixture = TrainingFixture(
    samples: 23, batch: 6, shards: 4, dropout: 0.3, rate: 0.05, optimizer: Adam(),
    length: .epochs(3), validation: Array(40..<51),
    checkpoints: CheckpointPlan(every: .steps(1), keep: 100))

  /// Trains from `checkpoint`, or from the start, and answers the parameters and the history.
  private func train(
    _ fixture: TrainingFixture, _ world: Communicator, _ run: String, from step: Int? = nil,
    keeping: Bool = true, history: History = History()
  ) throws -> (parameters: [Float], history: History, result: RunResult) {
    let trainer = try fixture.trainer(world, callbacks: [history])
    let store = CheckpointStore(run: run)
    if let step {
      try trainer.resume(
        from: world.rank == 0 ? try Checkpoint(path: store.path(step: step)) : nil)
    }
    if keeping, world.rank == 0 { try Self.keep(trainer, store) }
    let stop = StopSignal()
    defer { StopSignal.release() }
    let result = try trainer.train(stop: stop)
    return (TrainingFixture.parameters(of: trainer), history, result)
  }

  private static func keep(_ trainer: Trainer, _ store: CheckpointStore) throws {
    try trainer.keepCheckpoints(
      in: store,
      fingerprint: NumericsFingerprint(
        threads: 1, instructionSet: "", processor: "", oneDNN: "", nntrain: ""),
      configurationDigest: "", companions: [])
  }

  @Test func everyStepOfARunCanBeResumedBitForBit() throws {
    try Ranks.together { world in
      try withTemporaryFolder { folder in
        var fixture = Self.fixture
        fixture.gradientFlow = .steps(2)
        let whole = try train(fixture, world, folder.path)
        #expect(whole.result.status.step == 12)
        for step in 0...12 {
          let rest = try train(fixture, world, folder.path, from: step, keeping: false)
          #expect(rest.parameters == whole.parameters, "from step \(step)")
          #expect(rest.result.status.step == 12)
          // An epoch whose last step is done is told after the resume, the others were told before.
          let told = step == 12 ? 3 : max(0, step - 1) / 4
          #expect(rest.history.epochs == Array(whole.history.epochs.dropFirst(told)), "\(step)")
          #expect(rest.history.steps == 12)
        }
        if world.rank == 0 {
          #expect(try CheckpointStore(run: folder.path).steps() == Array(0...12))
        }
      }
    }
  }

  @Test func checkpointsAfterEpochsCountThemAsTold() throws {
    try Ranks.together { world in
      var fixture = Self.fixture
      fixture.checkpoints = CheckpointPlan(every: .epochs(2), keep: 1, best: 1)
      try withTemporaryFolder { folder in
        let whole = try train(fixture, world, folder.path)
        guard world.rank == 0 else { return }
        let store = CheckpointStore(run: folder.path)
        let figures = try store.steps().map { ($0, store.figure(step: $0)) }
        #expect(figures.last?.0 == 12, "the end of the run, and the best: \(figures)")
        let last = try Checkpoint(path: store.path(step: 12))
        #expect(last.state.isEpochComplete && last.state.epochSums.isEmpty)
        #expect(last.state.completedEpochs == 3 && last.shards == 4 && last.samples == 23)
        #expect(figures.count <= 2)
        #expect(figures.compactMap(\.1).min() == whole.history.objectives.min())
      }
    }
  }

  @Test func aRunThatACallbackEndedStaysEnded() throws {
    try Ranks.together { world in
      try withTemporaryFolder { folder in
        let history = History()
        history.limit = 6
        let whole = try train(Self.fixture, world, folder.path, history: history)
        #expect(whole.result.status.step == 6)
        for step in 0...6 {
          let again = History()
          again.limit = 6
          let rest = try train(
            Self.fixture, world, folder.path, from: step, keeping: false, history: again)
          #expect(rest.parameters == whole.parameters && rest.result.status.step == 6)
          #expect(rest.history.epochs.last == whole.history.epochs.last)
        }
      }
    }
  }

  @Test func aRunMayGoOnBeyondItsEnd() throws {
    try Ranks.together { world in
      try withTemporaryFolder { folder in
        var short = Self.fixture
        for length in [RunLength.steps(6), .epochs(2), .steps(8)] {
          short.length = length
          let first = try train(short, world, folder.path)
          let whole = try train(Self.fixture, world, folder.path, keeping: false)
          let rest = try train(
            Self.fixture, world, folder.path, from: first.result.status.step, keeping: false)
          #expect(rest.parameters == whole.parameters, "\(length)")
          #expect(rest.history.epochs.last == whole.history.epochs.last)
        }
      }
    }
  }

  /// An epoch that is cut off tells its figures, but nothing is decided by them: they are not those that
  /// the longer run sees at its end.
  @Test func aLengthThatEndsWithinAnEpochDecidesNothing() throws {
    try Ranks.together { world in
      var fixture = Self.fixture
      fixture.length = .epochs(9)
      fixture.schedule = LearningRate(
        0.05, schedule: ReduceOnPlateau(factor: 0.5, patience: 1, threshold: 0.5))
      fixture.earlyStopping = EarlyStoppingRule(patience: 3, minimumChange: 0.5)
      let whole = try withTemporaryFolder { try train(fixture, world, $0.path) }
      #expect(whole.result.earlyStopping?.stoppedEpoch == 4)
      for steps in [1, 6, 7, 9, 11, 14] {
        try withTemporaryFolder { folder in
          var short = fixture
          short.length = .steps(steps)
          let first = try train(short, world, folder.path)
          #expect(first.history.epochs.count == (steps + 3) / 4, "every part is told")
          #expect(first.result.earlyStopping?.bestEpoch == min(steps / 4, 1))
          let rest = try train(fixture, world, folder.path, from: steps, keeping: false)
          #expect(rest.parameters == whole.parameters, "\(steps) steps")
          #expect(rest.result.earlyStopping == whole.result.earlyStopping, "\(steps) steps")
          #expect(rest.history.epochs.last == whole.history.epochs.last, "\(steps) steps")
        }
      }
    }
  }

  @Test func aWriteThatFailsEndsAllRanks() throws {
    try Ranks.together { world in
      try withTemporaryFolder { folder in
        let history = History()
        if world.rank == 0 {
          history.action = { step in
            guard step == 3 else { return }
            rename(folder.path("checkpoints"), folder.path("elsewhere"))
          }
        }
        var fixture = Self.fixture
        fixture.length = .epochs(500)
        let error = try #require(throws: (any Error).self) {
          try train(fixture, world, folder.path, history: history)
        }
        #expect((error as? TrainingError)?.code == 73, "\(error)")
        #expect("\(error)".contains("checkpoints/step-"))
        #expect(history.steps < 2000)
      }
    }
  }

  @Test func foreignAndImpossibleCheckpointsAreRefusedByAllRanks() throws {
    try Ranks.together { world in
      try withTemporaryFolder { folder in
        _ = try train(Self.fixture, world, folder.path)
        let path = CheckpointStore(run: folder.path).path(step: 7)
        let lies: [(metadata: [String: String?], dropped: Set<String>, words: String)] = [
          (["step_in_epoch": "99"], [], "stands where this run never comes"),
          (["epoch_complete": "true"], [], "stands where this run never comes"),
          (["state": "{}"], [], "state of history"),
          ([:], ["dense_1.weight@m"], "dense_1.weight@m"),
          ([:], ["dense_1.weight"], "dense_1.weight"),
          ([:], ["@epoch_sums"], "stands where this run never comes"),
        ]
        for lie in lies {
          if world.rank == 0 {
            try Forgery.copy(
              path, to: folder.path("lie"), metadata: lie.metadata, dropping: lie.dropped)
          }
          let trainer = try Self.fixture.trainer(world, callbacks: [History()])
          let error = try #require(throws: RankFailure.self) {
            try trainer.resume(
              from: world.rank == 0 ? try Checkpoint(path: folder.path("lie")) : nil)
          }
          #expect(error.code == 65 && error.message.contains(lie.words), "\(error)")
        }
        var other = Self.fixture
        other.optimizer = SGD()
        let error = try #require(throws: RankFailure.self) {
          _ = try train(other, world, folder.path, from: 7)
        }
        #expect(error.code == 65 && error.message.contains("belongs to another run"))
      }
    }
  }

  @Test func everyTruncationAndFlipOfACheckpointIsDamage() throws {
    try Ranks.together { world in
      try withTemporaryFolder { folder in
        var fixture = Self.fixture
        fixture.length = .steps(1)
        _ = try train(fixture, world, folder.path)
        guard world.rank == 0 else { return }
        let whole = try folder.bytes(of: "checkpoints/step-1.safetensors")
        var generator = SystemRandomNumberGenerator()
        let path = try folder.write(whole, to: "damaged")
        // Shorter and shorter: byte by byte, once.
        let piece = world.size == 1 ? 1 : 61
        for count in stride(from: whole.count - 1, through: 0, by: -piece) {
          truncate(path, off_t(count))
          let error = try #require(throws: FileError.self, "\(count)") {
            try Checkpoint(path: path)
          }
          guard error.kind != .badContent else { continue }
          Issue.record("\(count) bytes: \(error)")
        }
        // Every bit of a smaller file has its turn in the tests of the seal.
        for position in stride(from: Int.random(in: 0..<17), to: whole.count, by: 17) {
          var flipped = whole
          flipped[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
          try folder.write(flipped, to: "damaged")
          let error = try #require(throws: FileError.self) { try Checkpoint(path: path) }
          #expect(error.kind == .badContent, "byte \(position): \(error)")
        }
      }
    }
  }

  @Test func hostileHeadersAreDamageAndTheOneBeforeIsUsed() throws {
    try Ranks.together { world in
      try withTemporaryFolder { folder in
        var fixture = Self.fixture
        fixture.length = .steps(2)
        _ = try train(fixture, world, folder.path)
        guard world.rank == 0 else { return }
        func entry(_ name: String, _ shape: String, _ offsets: String) -> String {
          #""\#(name)":{"dtype":"F32","shape":\#(shape),"data_offsets":\#(offsets)}"#
        }
        let bodies = [
          "{" + entry("a", "[1]", "[0,4]") + "," + entry("b", "[1]", "[2,6]") + "}",
          "{" + entry("a", "[-1]", "[0,4]") + "}", "{" + entry("a", "[1]", "[4,0]") + "}",
          "{" + entry("a", "[4611686018427387904,4]", "[0,0]") + "}",
          String(repeating: "[", count: 100_000),
          "{\"a\":" + String(repeating: "{\"a\":", count: 100_000),
          String(repeating: "\"", count: 9), "", "{}", "null",
        ]
        func length(_ count: UInt64) -> [UInt8] {
          (0..<8).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) }
        }
        var files = bodies.map { length(UInt64($0.utf8.count)) + Array($0.utf8) + [0, 0, 0, 0] }
        files += [
          length(.max), length(1 << 62) + [0x7B, 0x7D], length(99_999_999) + [0x7B, 0x7D],
        ]
        for (number, bytes) in files.enumerated() {
          try folder.write(bytes, to: "checkpoints/step-\(10 + number).safetensors")
        }
        let (checkpoint, damaged) = try CheckpointStore(run: folder.path).newest()
        #expect(checkpoint?.state.step == 2)
        #expect(damaged.count == files.count && damaged.allSatisfy { $0.kind == .badContent })
        #expect(damaged.allSatisfy { $0.description.count < 500 })
      }
    }
  }

  @Test func whatANewerVersionWroteIsNoDamage() throws {
    try Ranks.together { world in
      try withTemporaryFolder { folder in
        _ = try train(Self.fixture, world, folder.path)
        guard world.rank == 0 else { return }
        let store = CheckpointStore(run: folder.path)
        try Forgery.copy(
          store.path(step: 11), to: store.path(step: 12), metadata: ["nntrain_checkpoint": "2"])
        let error = try #require(throws: FileError.self) { try store.newest() }
        #expect(error.description.contains("checkpoint format 2"))
        try Forgery.copy(
          store.path(step: 11), to: store.path(step: 12), metadata: ["shards": nil])
        let (checkpoint, damaged) = try store.newest()
        #expect(checkpoint?.state.step == 11 && damaged.count == 1)
        try store.setAside(damaged)
        #expect(try store.steps().last == 11)
      }
    }
  }
}
