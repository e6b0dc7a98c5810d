import Foundation
import Formats
import Testing
import _TestSupport

#if canImport(Glibc)
  import Glibc
#endif

extension FailingEndToEnd {
  /// Runs that are asked to stop, and jobs that lose a rank.
  @Suite struct StopTests {
    private static let experiment = """
      data: {source: digits, split: {validation: 0.2}}
      model: [flatten, {dense: {units: 20}}, {dense: {units: 10, activation: softmax}}]
      objective: categorical_crossentropy
      optimizer: adam
      training: {epochs: 1000000, batch: 32}
      """

    @Test("a signal to a lone process", arguments: [SIGINT, SIGTERM, SIGUSR1])
    func alone(signal: Int32) throws {
      try stopped(by: signal, ranks: nil)
    }

    @Test("SIGUSR1 to mpirun, which passes it on")
    func launched() throws {
      try stopped(by: SIGUSR1, ranks: 3)
    }

    @Test("a killed rank ends the job within seconds and leaves no process", arguments: [0, 1, 2])
    func killedRank(victim: Int) throws {
      try withTemporaryFolder { folder in
        let job = try start(folder, ranks: 3)
        let ranks = job.ranks
        try #require(ranks.count == 3)
        kill(ranks[victim], SIGKILL)
        let outcome = try job.finish(timeout: 10)
        #expect(outcome.code == 128 + SIGKILL, "\(outcome)")
        #expect(outcome.messages == [])
        for _ in 0..<200 where !job.ranks.isEmpty { usleep(10_000) }
        #expect(job.ranks == [])
        // What was written before can be read.
        #expect(!(try MetricsFile.read(folder.path("run/metrics.jsonl"))).isEmpty)
        #expect(!Files.exist(folder.path("run/model.safetensors")))
      }
    }

    @Test(
      "stuck ranks are noticed by the watchdog of the others, and named",
      arguments: [[0], [2], [0, 1], [1, 2]])
    func stuckRanks(victims: [Int]) throws {
      try withTemporaryFolder { folder in
        let job = try start(folder, ranks: 3, set: ["parallel.watchdog=2"])
        let ranks = job.ranks
        try #require(ranks.count == 3)
        for victim in victims { kill(ranks[victim], SIGSTOP) }
        let outcome = try job.finish(timeout: 30)
        #expect(outcome.code == 76, "\(outcome.error)")
        try #require(outcome.messages.count == 1, "\(outcome.error)")
        let message = outcome.messages[0]
        let others = (0..<3).filter { !victims.contains($0) }
        #expect(
          message.hasPrefix("nntrain: rank \(others[0]): a rank is lost or stuck: rank "),
          "\(message)")
        let parts = message.components(separatedBy: "The others wait: ")
        try #require(parts.count == 2, "\(message)")
        for rank in 0..<3 {
          #expect(parts[0].contains("rank \(rank) (") == victims.contains(rank), "\(message)")
          #expect(parts[1].contains("rank \(rank) (") == others.contains(rank), "\(message)")
        }
        #expect(parts[1].contains(") after step "), "\(message)")
        for _ in 0..<200 where !job.ranks.isEmpty { usleep(10_000) }
        #expect(job.ranks == [])
      }
    }

    @Test("a rank that does not come to MPI_Finalize: one message and 76", arguments: [0, 1])
    func absentAtTheEnd(absent: Int) throws {
      try withTemporaryFolder { folder in
        let source = try folder.write(
          "#include <signal.h>\nint MPI_Finalize(void) { return raise(SIGSTOP); }\n", to: "stay.c")
        let compiler = try Process.run(
          URL(fileURLWithPath: "/usr/bin/env"),
          arguments: ["clang", "-shared", "-fPIC", "-o", folder.path("stay.so"), source])
        compiler.waitUntilExit()
        try #require(compiler.terminationStatus == 0)
        let configuration = try folder.write(
          Self.experiment.replacing("1000000", with: "1"), to: "a.yaml")
        let stays =
          "[ $OMPI_COMM_WORLD_RANK != \(absent) ] || export LD_PRELOAD=\(folder.path("stay.so"));"
          + " exec \"$0\" \"$@\""
        let job = try Command(
          [configuration, "--run", folder.path("run"), "--set", "parallel.watchdog=1", "--quiet"],
          ranks: 2, launcherOptions: ["sh", "-c", stays]
        ).start()
        let outcome = try job.finish(timeout: 30)
        #expect(outcome.code == 76, "\(outcome)")
        try #require(outcome.messages.count == 1, "\(outcome)")
        let message = outcome.messages[0]
        #expect(message.hasPrefix("nntrain: rank \(1 - absent) on "), "\(message)")
        #expect(message.contains("is stuck: MPI_Finalize has not returned for 5.0 s"), "\(message)")
        #expect(Files.exist(folder.path("run/model.safetensors")))
        for _ in 0..<200 where !job.ranks.isEmpty { usleep(10_000) }
        #expect(job.ranks == [])
      }
    }

    @Test("a rank in an endless loop is named by the others, or ends itself", arguments: [nil, 3])
    func endlessLoop(ranks: Int?) throws {
      try withTemporaryFolder { folder in
        let configuration = try folder.write(Self.experiment, to: "a.yaml")
        let outcome = try Command(
          [configuration, "--run", folder.path("run"), "--set", "parallel.watchdog=1", "--quiet"],
          ranks: ranks, environment: ["NNTRAIN_FAULT": "hang:\((ranks ?? 1) - 1):50"]
        ).run(timeout: 30)
        #expect(outcome.code == 76, "\(outcome)")
        try #require(outcome.messages.count == 1, "\(outcome)")
        let wanted =
          ranks == nil ? "is stuck: no sign of life" : "a rank is lost or stuck: rank 2 ("
        #expect(outcome.messages[0].contains(wanted), "\(outcome.messages)")
        if ranks != nil {
          let missing = outcome.messages[0].components(separatedBy: "The others wait: ")[0]
          // Its recorder keeps the beginnings of phases: that of its last update, which it made.
          #expect(
            missing.contains(", last seen after step 49, computing)"), "\(outcome.messages)")
        }
        #expect(outcome.messages[0].contains("after step 50"), "\(outcome.messages)")
      }
    }

    /// Starts a run that would not end, and waits for its first epochs.
    private func start(
      _ folder: TemporaryFolder, ranks: Int?, set: [String] = []
    ) throws -> RunningCommand {
      let configuration = try folder.write(Self.experiment, to: "a.yaml")
      let job = try Command(
        [configuration, "--run", folder.path("run")] + set.flatMap { ["--set", $0] }, ranks: ranks
      ).start()
      try job.wait("two epochs") { $0.output.contains("epoch       2/1000000") }
      return job
    }

    private func stopped(by signal: Int32, ranks: Int?) throws {
      try withTemporaryFolder { folder in
        let job = try start(folder, ranks: ranks)
        job.send(signal)
        let outcome = try job.finish(timeout: 10)
        #expect(outcome.code == 75, "\(outcome)")
        #expect(outcome.messages == [])
        // The signal may reach another rank a step before it reaches the one that prints.
        let names = ["stopped by SIG", "stopped by another rank's signal"]
        #expect(names.contains { outcome.output.contains($0) }, "\(outcome.output.suffix(300))")
        #expect(outcome.output.contains(folder.path("run")))
        #expect(
          try folder.entries(of: "run")
            == [
              "checkpoints", "config.yaml", "learning-curves.png", "learning-curves.svg", "log.txt",
              "metrics.jsonl", "model.safetensors", "summary.json",
            ])

        let run = try RunResult(folder.path("run"))
        #expect(run.summary["stopped"]?.bool == true)
        #expect(run.epochs.count >= 2)
        // The epoch that was cut in two is not told; a checkpoint stands where it was cut.
        let steps = try #require(run.summary["steps"]?.int)
        #expect(try #require(run.epochs.last?["step"]?.int) <= steps)
        #expect(Files.exist(folder.path("run/checkpoints/step-\(steps).safetensors")))
        #expect(run.epochs.allSatisfy { $0["validation"]?["accuracy"]?.double != nil })
        let model = try SafetensorsReader(path: run.path + "/model.safetensors")
        #expect(try ParameterDigest.hex(of: model) == run.digest)
      }
    }
  }
}
