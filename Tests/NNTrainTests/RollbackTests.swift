import Formats
import Testing
import _TestSupport

#if canImport(Glibc)
  import Glibc
#endif

extension FailingEndToEnd {
  /// Runs that diverge in the middle and go back, interrupted or not.
  @Suite struct RollbackTests {
    /// Six steps an epoch. The 19th update is so long that the next step diverges; the newest regular
    /// checkpoint is that of 16 updates, and 18 updates are the end of an epoch, the best one so far.
    private static let experiment = """
      seed: 2
      data: {source: digits, take: 200, split: {validation: 0.3, test: 0.1}, preprocess: [{divide: 16}]}
      model: [flatten, {dense: {units: 24, activation: relu}}, {dense: {units: 10, activation: softmax}}]
      objective: categorical_crossentropy
      optimizer: {sgd: {learning_rate: 0.05}}
      schedule: {piecewise: {boundaries: [18 steps], values: [1.0e+30]}}
      training: {epochs: 6, batch: 20, shards: 4}
      checkpoints: {every: 4 steps, keep: 1, best: 1}
      divergence: {rollback: 2, factor: 1.0e-31}
      """

    private static let slow = ["NNTRAIN_FAULT": "slow:0:0.15"]

    private func command(
      _ folder: TemporaryFolder, _ run: String, ranks: Int? = nil, _ words: [String] = [],
      environment: [String: String] = [:]
    ) throws -> Command {
      let configuration = try folder.write(Self.experiment, to: "a.yaml")
      return Command(
        [configuration, "--run", folder.path(run)] + words, ranks: ranks, environment: environment)
    }

    private func whole(_ folder: TemporaryFolder) throws -> RunResult {
      let outcome = try command(folder, "whole").run()
      try #require(outcome.code == 0 && outcome.messages == [], "\(outcome)")
      #expect(outcome.output.contains("goes back to step 16 with the learning rate times 1e-31"))
      let whole = try RunResult(folder.path("whole"))
      #expect(whole.summary["rollbacks"]?.int == 1)
      #expect(whole.epochs.map { $0["epoch"]?.int } == [1, 2, 3, 4, 5, 6])
      return whole
    }

    private func expectTheSame(_ folder: TemporaryFolder, _ run: String, _ whole: RunResult) throws
    {
      #expect(try RunResult(folder.path(run)).invariant == whole.invariant, "\(run)")
      #expect(
        try Files.bytes(folder.path("\(run)/model.safetensors"))
          == Files.bytes(folder.path("whole/model.safetensors")), "\(run)")
    }

    @Test("killed behind a rollback and resumed, a run ends with the same bits")
    func killed() throws {
      try withTemporaryFolder { folder in
        let whole = try whole(folder)
        // At once; then with a checkpoint of the second way, and with its best one.
        for (run, step, from) in [("at-once", nil, 16), ("later", 20, 20), ("last", 24, 24)] {
          let job = try command(folder, run, ranks: 2, environment: Self.slow).start()
          try job.wait("a rollback") { $0.output.contains("goes back to step 16") }
          if let step {
            try job.wait("a checkpoint") { _ in
              Files.exist(folder.path("\(run)/checkpoints/step-\(step).safetensors"))
            }
          } else {
            #expect(
              Files.entries(folder.path("\(run)/checkpoints")).last == "step-16.safetensors",
              "what was written behind it is gone")
          }
          for rank in job.ranks { Glibc.kill(rank, SIGKILL) }
          job.send(SIGKILL)
          _ = try job.finish()
          for _ in 0..<400 where !job.ranks.isEmpty { usleep(10_000) }
          let rest = try command(folder, run, ranks: 3, ["--resume"]).run()
          try #require(rest.code == 0 && rest.messages == [], "\(rest)")
          #expect(rest.output.contains("goes on after step \(from),"), "\(rest.output)")
          try expectTheSame(folder, run, whole)
        }
      }
    }

    @Test("the checkpoint of a stop does not displace the one to which the run goes back")
    func stopped() throws {
      try withTemporaryFolder { folder in
        let whole = try whole(folder)
        // Between the regular checkpoint and the divergence.
        let job = try command(folder, "stopped", environment: Self.slow).start()
        try job.wait("a checkpoint") { _ in
          Files.exist(folder.path("stopped/checkpoints/step-16.safetensors"))
        }
        job.send(SIGUSR1)
        let stopped = try job.finish()
        try #require(stopped.code == 75, "\(stopped)")
        #expect(
          stopped.output.contains("after step 17;") || stopped.output.contains("after step 18;"),
          "\(stopped.output)")
        let rest = try command(folder, "stopped", ranks: 3, ["--resume"]).run()
        try #require(rest.code == 0 && rest.messages == [], "\(rest)")
        #expect(rest.output.contains("goes back to step 16"), "\(rest.output)")
        try expectTheSame(folder, "stopped", whole)
      }
    }

    @Test("where a run goes back to its checkpoints, their places stay; elsewhere they may change")
    func places() throws {
      try withTemporaryFolder { folder in
        _ = try whole(folder)
        let other = ["--resume", "--epochs", "7", "--set", "checkpoints.every=3 steps"]
        let refused = try command(folder, "whole", ranks: 2, other).run()
        #expect(refused.code == 78 && refused.messages.count == 1, "\(refused)")
        #expect(
          refused.messages.first?.contains("checkpoints.every was 4 steps and is 3 steps") == true,
          "\(refused)")
        let kept = try command(
          folder, "whole", ["--resume", "--epochs", "7", "--set", "checkpoints.keep=5"]
        ).run()
        #expect(kept.code == 0, "\(kept)")
      }
    }
  }
}
