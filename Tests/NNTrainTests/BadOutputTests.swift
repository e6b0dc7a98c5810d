import Testing
import _TestSupport

extension FailingEndToEnd {
  /// Run directories that cannot be used, disks that are full, and trainings that diverge.
  @Suite struct BadOutputTests {
    private static let experiment = """
      data: {source: digits, take: 60}
      model: [flatten, {dense: {units: 50}}, {dense: {units: 10, activation: softmax}}]
      objective: categorical_crossentropy
      optimizer: {sgd: {learning_rate: 0.001}}
      training: {epochs: 1, batch: 20}
      """

    @Test("a run directory that is not empty stays as it is", arguments: [nil, 3])
    func notEmpty(ranks: Int?) throws {
      try withTemporaryFolder { folder in
        try folder.write("mine", to: "run/notes.txt")
        let outcome = try train(folder, into: folder.path("run"), ranks: ranks)
        expect(outcome, 73, says: folder.path("run"), "not empty", "notes.txt", "--resume")
        #expect(try folder.entries(of: "run") == ["notes.txt"])
        #expect(try folder.text(of: "run/notes.txt") == "mine")
      }
    }

    @Test("a run directory that is a file", arguments: [nil, 3])
    func aFile(ranks: Int?) throws {
      try withTemporaryFolder { folder in
        let file = try folder.write("mine", to: "run")
        expect(try train(folder, into: file, ranks: ranks), 73, says: file)
        #expect(try folder.text(of: "run") == "mine")
      }
    }

    @Test("a folder where nothing may be made", arguments: [nil, 3])
    func unwritable(ranks: Int?) throws {
      try withTemporaryFolder { folder in
        // Nobody may make a folder there, root neither.
        expect(try train(folder, into: "/proc/run", ranks: ranks), 73, says: "/proc/run")
        let isMounted = try SmallDisk.withReadOnly { disk in
          expect(
            try train(folder, into: disk.path("run"), ranks: ranks), 73, says: disk.path("run"))
          expect(try train(folder, into: disk.path, ranks: ranks), 73, says: disk.path)
        }
        if !isMounted { #expect(!Files.exist("/proc/run")) }
      }
    }

    @Test("a disk that is full at once, in the middle, or at the end", arguments: [nil, 3])
    func fullDisk(ranks: Int?) throws {
      try withTemporaryFolder { folder in
        for (pages, epochs, left) in [
          (1, 1, []), (4, 400, ["config.yaml", "log.txt", "metrics.jsonl"]),
          (6, 1, ["config.yaml", "log.txt", "metrics.jsonl"]),
        ] {
          let isMounted = try SmallDisk.with(bytes: pages * 4096) { disk in
            let outcome = try train(folder, into: disk.path("run"), ranks: ranks, epochs: epochs)
            expect(outcome, 73, says: disk.path("run"), "free some space")
            // The flight recorders stay behind a failure, where there was room to make them.
            let entries = Files.entries(disk.path("run")).filter { $0 != "flight" }
            #expect(left.isEmpty || entries == left, "\(pages) pages: \(entries)")
            #expect(!entries.contains { $0.hasSuffix(".part") || $0.hasSuffix(".safetensors") })
          }
          // Without the right to mount, one file that cannot grow has to do.
          if !isMounted {
            let outcome = try predict(folder, into: "/dev/full")
            expect(outcome, 73, says: "/dev/full", "free some space")
          }
        }
      }
    }

    @Test("predictions that find no room")
    func fullDevice() throws {
      try withTemporaryFolder { folder in
        expect(try predict(folder, into: "/dev/full"), 73, says: "/dev/full", "free some space")
      }
    }

    @Test("an objective that is not finite, at a step or at the end", arguments: [nil, 3])
    func diverged(ranks: Int?) throws {
      try withTemporaryFolder { folder in
        for (epochs, batch) in [(5, "20"), (1, "full")] {
          let run = folder.path("run-\(batch)")
          let outcome = try train(
            folder, into: run, ranks: ranks, epochs: epochs,
            set: ["optimizer.learning_rate=1e38", "training.batch=\(batch)"])
          expect(outcome, 79, says: "diverged", "learning rate")
          let bundles = batch == "full" ? [] : ["replay-step-2.safetensors"]
          #expect(
            Files.entries(run)
              == ["checkpoints", "config.yaml", "flight", "log.txt", "metrics.jsonl"] + bundles)
        }
      }
    }

    private func train(
      _ folder: TemporaryFolder, into run: String, ranks: Int?, epochs: Int = 1, set: [String] = []
    ) throws -> CommandOutcome {
      let configuration = try folder.write(Self.experiment, to: "a.yaml")
      return try Command(
        [configuration, "--run", run, "--quiet", "--epochs", "\(epochs)"]
          + set.flatMap { ["--set", $0] }, ranks: ranks
      ).run()
    }

    private func predict(_ folder: TemporaryFolder, into output: String) throws -> CommandOutcome {
      let run = folder.path("model")
      if !Files.exist(run) {
        let outcome = try train(folder, into: run, ranks: nil)
        try #require(outcome.code == 0, "\(outcome)")
      }
      let inputs = try folder.write(
        BinaryFiles.npy([500, 1, 8, 8], [Float](repeating: 1, count: 32_000)), to: "x.npy")
      return try Command(["predict", run, "--input", inputs, "--output", output]).run()
    }

    private func expect(_ outcome: CommandOutcome, _ code: Int32, says words: String...) {
      #expect(outcome.code == code, "\(outcome)")
      #expect(outcome.messages.count == 1, "\(outcome)")
      for word in words { #expect(outcome.messages.first?.contains(word) == true, "\(outcome)") }
    }
  }
}
