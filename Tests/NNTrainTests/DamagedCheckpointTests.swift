import Formats
import Testing
import _TestSupport

#if canImport(Glibc)
  import Glibc
#endif

extension FailingEndToEnd {
  /// Checkpoints that are damaged, foreign or cannot be written, and directories in use.
  @Suite struct DamagedCheckpointTests {
    @Test("a damaged newest checkpoint is named and the one before used", arguments: [nil, 3])
    func damagedNewest(ranks: Int?) throws {
      try withTemporaryFolder { folder in
        let whole = try Laboratory(folder, epochs: 3).train("whole", ranks: nil)
        _ = try Laboratory(folder, epochs: 2).train("a", ranks: nil)
        let newest = folder.path("a/checkpoints/step-12.safetensors")
        var bytes = try Files.bytes(newest)
        bytes[bytes.count / 2] ^= 4
        try folder.write(bytes, to: "a/checkpoints/step-12.safetensors")
        try folder.write("half", to: "a/checkpoints/.nntrain-x.part")
        let outcome = try Laboratory(folder, epochs: 3).command("a", ranks: ranks, ["--resume"])
          .run()
        #expect(outcome.code == 0, "\(outcome)")
        #expect(outcome.output.contains("goes on after step 10, epoch 2"))
        #expect(outcome.output.contains("note: \(newest): holds the tensor"))
        #expect(try RunResult(folder.path("a")).invariant == whole.invariant)
        let left = Files.entries(folder.path("a/checkpoints"))
        #expect(left.contains("step-12.safetensors.damaged") && !left.contains(".nntrain-x.part"))
      }
    }

    @Test("only damaged checkpoints are named, each, and left as they are", arguments: [nil, 3])
    func onlyDamaged(ranks: Int?) throws {
      try withTemporaryFolder { folder in
        let lab = try Laboratory(folder, epochs: 2)
        _ = try lab.train("a", ranks: nil)
        let names = Files.entries(folder.path("a/checkpoints"))
        #expect(names.count == 3)
        for name in names {
          truncate(folder.path("a/checkpoints/" + name), 500)
        }
        let outcome = try lab.command("a", ranks: ranks, ["--resume", "--epochs", "3"]).run()
        expect(outcome, 65, says: names)
        #expect(Files.entries(folder.path("a/checkpoints")) == names)
      }
    }

    @Test("checkpoints of another network or a newer version", arguments: [nil, 3])
    func foreign(ranks: Int?) throws {
      try withTemporaryFolder { folder in
        let lab = try Laboratory(folder, epochs: 2)
        _ = try lab.train("a", ranks: nil)
        let path = folder.path("a/checkpoints/step-12.safetensors")
        let other = folder.path("other")
        try Forgery.copy(path, to: other)
        for (changes, dropped, code, word) in [
          (["nntrain_checkpoint": "9"], Set<String>(), 65, "checkpoint format 9"),
          ([:], ["dense_2.weight@v"], 65, "has no tensor \"dense_2.weight@v\""),
          (["samples": "178"], [], 78, "there were 178 training samples"),
          (["preprocessing": "{}"], [], 78, "their preprocessing is another one"),
        ] as [([String: String?], Set<String>, Int32, String)] {
          try Forgery.copy(other, to: path, metadata: changes, dropping: dropped)
          let outcome = try lab.command("a", ranks: ranks, ["--resume", "--epochs", "3"]).run()
          expect(outcome, code, says: [word])
        }
      }
    }

    @Test("two jobs on one run", arguments: [nil, 2])
    func twoJobs(ranks: Int?) throws {
      try withTemporaryFolder { folder in
        let lab = try Laboratory(folder, epochs: 100_000)
        let job = try lab.command("a", ranks: nil).start()
        try job.wait("an epoch") { $0.output.contains("epoch      1/100000") }
        let outcome = try lab.command("a", ranks: ranks, ["--resume"]).run()
        expect(outcome, 73, says: ["is in use by process"])
        kill(job.identifier, SIGKILL)
        _ = try job.finish()
        let next = try lab.command("a", ranks: ranks, ["--resume", "--epochs", "1"]).run()
        #expect(next.code == 0, "\(next)")
        #expect(next.output.contains("took over the lock of process \(job.identifier) on"))
      }
    }

    @Test("a disk that fills up, before the training and while it goes on", arguments: [nil, 3])
    func fullDisk(ranks: Int?) throws {
      try withTemporaryFolder { folder in
        let lab = try Laboratory(folder, epochs: 100_000, checkpoints: "5 steps")
        _ = try SmallDisk.with(bytes: 1 << 20) { disk in
          let filler = try disk.write([UInt8](repeating: 0, count: 1_000_000), to: "filler")
          func train(_ words: String...) throws -> RunningCommand {
            try Command(
              [lab.configuration, "--run", disk.path("a")] + words, ranks: ranks
            ).start()
          }
          let early = try train().finish()
          expect(early, 73, says: ["checkpoints: needs ", "free some space"])
          unlink(filler)
          let job = try train("--resume")
          try job.wait("an epoch") { $0.output.contains("epoch      1/100000") }
          // Fails where it finds no more room.
          _ = try? disk.write([UInt8](repeating: 0, count: 1 << 20), to: "filler")
          let late = try job.finish()
          expect(late, 73, says: ["a/", "free some space"])
          unlink(filler)
          #expect(!Files.entries(disk.path("a/checkpoints")).contains { $0.hasSuffix(".part") })
          let newest = try Command(
            ["--resume", "--run", disk.path("a"), "--epochs", "1"], ranks: ranks
          ).run()
          #expect(newest.code == 0 && newest.output.contains("goes on after step"), "\(newest)")
        }
      }
    }

    @Test("a second signal leaves at once")
    func secondSignal() throws {
      try withTemporaryFolder { folder in
        let lab = try Laboratory(folder, epochs: 100_000)
        let job = try lab.command("a", ranks: nil).start()
        try job.wait("an epoch") { $0.output.contains("epoch      1/100000") }
        // Both have come when it looks for the first.
        for signal in [SIGSTOP, SIGTERM, SIGUSR1, SIGCONT] { kill(job.identifier, signal) }
        let outcome = try job.finish()
        #expect(outcome.code == 128 + SIGTERM, "\(outcome)")
        let next = try lab.command("a", ranks: nil, ["--resume", "--epochs", "1"]).run()
        #expect(next.code == 0 && next.output.contains("goes on after step"), "\(next)")
      }
    }

    private func expect(_ outcome: CommandOutcome, _ code: Int32, says words: [String]) {
      #expect(outcome.code == code, "\(outcome)")
      #expect(outcome.messages.count == 1, "\(outcome)")
      for word in words { #expect(outcome.messages.first?.contains(word) == true, "\(outcome)") }
    }
  }
}
