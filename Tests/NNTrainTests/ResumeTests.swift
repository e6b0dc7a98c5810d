import Formats
import Testing
import _TestSupport

#if canImport(Glibc)
  import Glibc
#endif

extension FailingEndToEnd {
  /// Runs that end before their end and go on.
  @Suite struct ResumeTests {
    @Test("a stop within an epoch, by a signal or a limit of time, is gone on from exactly")
    func stopped() throws {
      try withTemporaryFolder { folder in
        let lab = try Laboratory(folder, epochs: 150)
        let whole = try lab.train("whole", ranks: 2)
        for (name, ranks, limit) in [("signal", 2, nil), ("limit", 3, "1 seconds")] {
          let job = try lab.command(
            name, ranks: ranks, set: limit.map { ["training.time_limit=\($0)"] } ?? []
          ).start()
          if limit == nil {
            try job.wait("an epoch") { $0.output.contains("epoch   3/150") }
            job.send(SIGUSR1)
          }
          let outcome = try job.finish(timeout: 60)
          try #require(outcome.code == 75 && outcome.messages == [], "\(outcome)")
          #expect(outcome.output.contains("--resume goes on"))
          if limit != nil { #expect(outcome.output.contains("stopped by its time limit")) }
          let cut = try RunResult(folder.path(name))
          #expect(cut.summary["stopped"]?.bool == true)
          #expect(cut.epochs.count < 150)
          let rest = try lab.train(name, ranks: 1, ["--resume"])
          #expect(rest.invariant == whole.invariant)
          #expect(
            try Files.bytes(rest.path + "/model.safetensors")
              == Files.bytes(whole.path + "/model.safetensors"))
        }
      }
    }

    @Test("a finished run says so; with more epochs it goes on")
    func finished() throws {
      try withTemporaryFolder { folder in
        let lab = try Laboratory(folder, epochs: 3)
        _ = try lab.train("a", ranks: nil)
        let before = try Files.bytes(folder.path("a/summary.json"))
        // No configuration is needed: the run has its own.
        let again = try Command(["--resume", "--run", folder.path("a")], ranks: 2).run()
        #expect(again.code == 0 && again.output.contains("is finished"), "\(again)")
        #expect(try Files.bytes(folder.path("a/summary.json")) == before)

        let more = try Command(
          ["--resume", "--run", folder.path("a"), "--epochs", "5"], ranks: 3
        ).run()
        #expect(more.code == 0, "\(more)")
        #expect(more.output.contains("note: training.epochs was 3 and is 5"))
        #expect(more.output.contains("goes on after step 18, epoch 3"))
        let whole = try Laboratory(folder, epochs: 5).train("b", ranks: nil)
        #expect(try RunResult(folder.path("a")).invariant == whole.invariant)
      }
    }

    @Test("without --run the newest unfinished run of the configuration goes on")
    func newestUnfinished() throws {
      try withTemporaryFolder { folder in
        let lab = try Laboratory(folder, epochs: 2)
        func resume(_ words: String...) throws -> CommandOutcome {
          try Command([lab.configuration, "--resume"] + words, in: folder.path).run()
        }
        let first = try resume()
        #expect(first.code == 0 && first.output.contains("no unfinished run"), "\(first)")
        let run = try #require(Files.entries(folder.path("runs")).first)
        let summary = folder.path("runs/\(run)/summary.json")
        try folder.write(
          try Files.text(summary).replacing("\"stopped\": false", with: "\"stopped\": true"),
          to: "runs/\(run)/summary.json")
        // Another seed is another run.
        let other = try resume("--set", "seed=9", "--set", "name=experiment")
        #expect(other.output.contains("no unfinished run"), "\(other)")
        let second = try resume()
        #expect(second.code == 0 && second.output.contains("goes on after step 12"), "\(second)")
        #expect(try Files.text(summary).contains("\"stopped\": false"))
        #expect(Files.entries(folder.path("runs")).count == 2)
      }
    }

    @Test("a directory that is absent, empty, or without checkpoints begins at step 0")
    func nothingYet() throws {
      try withTemporaryFolder { folder in
        let lab = try Laboratory(folder, epochs: 1)
        let whole = try lab.train("whole", ranks: nil)
        for (name, words) in [("absent", "holds no run yet"), ("cut", "starting at step 0")] {
          if name == "cut" {
            _ = try lab.train(name, ranks: nil)
            unlink(folder.path("cut/summary.json"))
            for file in Files.entries(folder.path("cut/checkpoints")) {
              unlink(folder.path("cut/checkpoints/" + file))
            }
          }
          let outcome = try lab.command(name, ranks: 2, ["--resume"]).run()
          #expect(outcome.code == 0 && outcome.output.contains(words), "\(outcome)")
          #expect(try RunResult(folder.path(name)).invariant == whole.invariant)
        }
      }
    }

    @Test("what would change the meaning is refused key by key; what does not is told")
    func changes() throws {
      try withTemporaryFolder { folder in
        let lab = try Laboratory(folder, epochs: 2)
        _ = try lab.train("a", ranks: nil)
        let more = ["--resume", "--epochs", "3"]
        for (set, words) in [
          (["training.batch=31"], ["training.batch was 30 and is 31"]),
          (["seed=4", "optimizer=sgd"], ["seed was 3 and is 4", "optimizer was {adam:"]),
          (["model.1.units=24"], ["model.1.dense.units was 23 and is 24"]),
          (["training.shards=4"], ["training.shards was 8 and is 4"]),
        ] {
          let outcome = try lab.command("a", ranks: 2, more, set: set).run()
          #expect(outcome.code == 78 && outcome.messages.count == 1, "\(outcome)")
          for word in words {
            #expect(outcome.messages.first?.contains(word) == true, "\(outcome)")
          }
        }
        let outcome = try lab.command("a", ranks: 9, more).run()
        #expect(outcome.code == 78, "\(outcome)")
        #expect(outcome.messages.first?.contains("on at most 8 ranks") == true)
        let told = try lab.command(
          "a", ranks: nil, more, set: ["checkpoints.keep=1", "parallel.watchdog=9", "name=b"]
        ).run()
        #expect(told.code == 0, "\(told)")
        for word in ["checkpoints.keep was 3 and is 1", "watchdog was 300 and is 9", "name was"] {
          #expect(told.output.contains("note: ") && told.output.contains(word), "\(told.output)")
        }
        #expect(Files.entries(folder.path("a/checkpoints")) == ["step-18.safetensors"])
      }
    }

    @Test("a plateau is remembered, accumulated shards stay, and a rate over the whole run as well")
    func schedules() throws {
      try withTemporaryFolder { folder in
        let plateau = [
          "schedule={reduce_on_plateau: {patience: 0, threshold: 0.5, factor: 0.5}}",
          "training.accumulate=2", "training.shards=4",
        ]
        let lab = try Laboratory(folder, epochs: 6)
        let words = plateau.flatMap { ["--set", $0] }
        let whole = try lab.train("whole", ranks: nil, words)
        _ = try lab.train("a", ranks: 3, words + ["--epochs", "4"])
        let rest = try lab.train("a", ranks: 2, words + ["--resume"])
        #expect(rest.invariant == whole.invariant)
        let rates = rest.epochs.compactMap { $0["learning_rate"]?.double }
        #expect(rates.count == 6 && Set(rates).count > 2, "\(rates)")

        let cosine = ["--set", "schedule=cosine"]
        _ = try lab.train("b", ranks: nil, cosine)
        let refused = try lab.command("b", ranks: 2, cosine + ["--resume", "--epochs", "7"]).run()
        #expect(refused.code == 78, "\(refused)")
        #expect(refused.messages.first?.contains("the schedule gave other learning rates") == true)
      }
    }

    @Test("another machine is named; threads are those of the checkpoint")
    func fingerprint() throws {
      try withTemporaryFolder { folder in
        let lab = try Laboratory(folder, epochs: 2)
        _ = try lab.train("a", ranks: nil)
        let path = folder.path("a/checkpoints/step-12.safetensors")
        let text = try #require(try SafetensorsReader(path: path).metadata["fingerprint"])
        let processor = try #require(try JSONValue(parsing: text)["processor"]?.string)
        try Forgery.copy(
          path, to: path,
          metadata: ["fingerprint": text.replacing("\"\(processor)\"", with: "\"another\"")])
        let more = ["--resume", "--epochs", "3", "--threads", "2"]
        let refused = try lab.command("a", ranks: 2, more).run()
        #expect(refused.code == 78, "\(refused)")
        #expect(
          refused.messages.first?.contains("processor was another and is \(processor)") == true)
        let allowed = try lab.command("a", ranks: nil, more + ["--allow-inexact-resume"]).run()
        #expect(allowed.code == 0, "\(allowed)")
        #expect(allowed.output.contains("not exact: threads was 1 and is 2; processor was another"))

        _ = try lab.train("b", ranks: nil)
        let kept = try lab.command("b", ranks: nil, more).run()
        #expect(kept.code == 0 && kept.output.contains("threads stays 1, as in the"), "\(kept)")
      }
    }

    @Test("an instruction set below the processor's own is that of the checkpoint")
    func instructionSet() throws {
      try withTemporaryFolder { folder in
        let lab = try Laboratory(folder, epochs: 4)
        let low = ["DNNL_MAX_CPU_ISA": "SSE41"]
        let whole = try lab.train("whole", ranks: nil, environment: low)
        _ = try Laboratory(folder, epochs: 2).train("a", ranks: nil, environment: low)
        let rest = try Laboratory(folder, epochs: 4).train("a", ranks: 2, ["--resume"])
        #expect(rest.invariant == whole.invariant)
        #expect(rest.summary["fingerprint"]?["instruction_set"]?.string == "sse41")
      }
    }
  }
}
