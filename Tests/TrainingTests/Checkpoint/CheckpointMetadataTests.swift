import Collectives
import Formats
import Optimizers
import Tensors
import Testing
import _TestSupport

@testable import Training

/// The metadata of a checkpoint, each value removed, emptied, or replaced by another kind or size, sealed
/// anew: refused by an error of nntrain's, or the run goes on from it.
@MainActor @Suite(.serialized) struct CheckpointMetadataTests {
  private static let fixture = TrainingFixture(
    samples: 23, batch: 6, shards: 2, rate: 0.05,
    schedule: LearningRate(0.05, schedule: ReduceOnPlateau()), optimizer: Adam(),
    length: .epochs(2), validation: Array(40..<51),
    checkpoints: CheckpointPlan(every: .steps(1), keep: 100), gradientFlow: .steps(1),
    earlyStopping: EarlyStoppingRule(patience: 5))

  private static func plan() throws -> RunPlan {
    var plan = try fixture.plan()
    plan.divergence = DivergenceRule(rollbacks: 2)
    return plan
  }

  @Test("every field of the state, the position and the fingerprint")
  func walk() throws {
    try Ranks.together { world in
      try withTemporaryFolder { folder in
        let path = folder.path("checkpoints/step-5.safetensors")
        let trainer = try Self.fixture.trainer(world, plan: try Self.plan())
        try trainer.keepCheckpoints(
          in: CheckpointStore(run: folder.path),
          fingerprint: NumericsFingerprint(
            threads: 1, instructionSet: "avx2", processor: "p", oneDNN: "1", nntrain: "1"),
          configurationDigest: "d", companions: [])
        let stop = StopSignal()
        defer { StopSignal.release() }
        _ = try trainer.train(stop: stop)
        trainer.finishCheckpoints()
        let metadata = try SafetensorsReader(path: path).metadata
        let copy = folder.path("copy.safetensors")

        let (fixture, plan) = (Self.fixture, try Self.plan())
        /// Whether the run goes on from the checkpoint with this value.
        func accepts(_ key: String, _ value: String?) throws -> Bool {
          try Forgery.copy(path, to: copy, metadata: [key: value])
          do {
            let checkpoint = try Checkpoint(path: copy)
            let resumed = try fixture.trainer(world, plan: plan)
            try resumed.resume(from: checkpoint)
            _ = try resumed.train(stop: stop)
            return true
          } catch let error as FileError {
            #expect(error.exitCode == ExitCode.badContent, "\(key): \(error)")
            if value == nil { #expect(error.description.contains(key), "\(key): \(error)") }
          } catch let error as TrainingError {
            #expect(error.code == ExitCode.badContent, "\(key): \(error)")
          } catch let error as RankFailure {
            #expect(error.code == ExitCode.badContent, "\(key): \(error)")
          }
          return false
        }

        typealias Key = CheckpointNames.Key
        let numbers =
          JSONDamage.integers.map { "\($0)" } + ["", "x", "nan", "inf", "1e308", "1e999"]
        for key in [
          Key.step, Key.epoch, Key.stepInEpoch, Key.isEpochComplete, Key.isOver, Key.learningRate,
          Key.seconds, Key.epochSeconds, Key.state, Key.seed, Key.shards, Key.samples,
          Key.fingerprint,
        ] {
          #expect(try !accepts(key, nil), "\(key) removed")
          for text in numbers where text != metadata[key] { _ = try accepts(key, text) }
          #expect(try !accepts(key, ""), "\(key) empty")
        }
        #expect(try accepts("none", "x"))
        for key in [Key.state, Key.fingerprint] {
          let document = try JSONValue(parsing: try #require(metadata[key]))
          for variant in JSONDamage.variants(of: document) {
            _ = try accepts(key, variant.document.serialized())
          }
        }
      }
    }
  }
}
