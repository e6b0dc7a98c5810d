import Formats
import Testing
import _TestSupport

#if canImport(Glibc)
  import Glibc
#endif

extension FailingEndToEnd {
  /// Runs that end because they have stopped to become better, and runs that diverge.
  @Suite struct CoordinatorTests {
    private static let experiment = """
      seed: 2
      data: {source: digits, take: 200, split: {validation: 0.3, test: 0.1}, preprocess: [{divide: 16}]}
      model: [flatten, {dense: {units: 24, activation: relu}}, {dense: {units: 10, activation: softmax}}]
      objective: categorical_crossentropy
      optimizer: {momentum: {learning_rate: 0.05}}
      training: {epochs: 60, batch: 20, shards: 4}
      """

    private func train(
      _ folder: TemporaryFolder, _ more: String, to run: String, ranks: Int? = nil,
      set: [String] = []
    ) throws -> CommandOutcome {
      let configuration = try folder.write(Self.experiment + "\n" + more, to: "a.yaml")
      return try Command(
        [configuration, "--run", folder.path(run)] + set.flatMap { ["--set", $0] }, ranks: ranks
      ).run()
    }

    @Test("the run ends in the epoch that the rule tells, with the best epoch's model")
    func earlyStopping() throws {
      try withTemporaryFolder { folder in
        let rule = "early_stopping: {monitor: validation.accuracy, patience: 4, min_delta: 0.01}"
        var alone: RunResult?
        for ranks in [nil, 2, 3] {
          let name = "run-\(ranks ?? 1)"
          let outcome = try train(folder, rule, to: name, ranks: ranks)
          try #require(outcome.code == 0 && outcome.messages == [], "\(outcome)")
          #expect(outcome.output.contains("early stopping: validation.accuracy was best after"))
          let run = try RunResult(folder.path(name))
          if let alone { #expect(run.invariant == alone.invariant) } else { alone = run }
        }
        let run = try #require(alone)
        let told = run.summary["early_stopping"]
        // The rule once more, on the figures that the run has written.
        let figures = run.epochs.compactMap { $0["validation"]?["accuracy"]?.double }
        var (best, bestEpoch, waited) = (figures[0], 1, 0)
        for (index, figure) in figures.enumerated().dropFirst() {
          waited += 1
          if figure - 0.01 > best { (best, bestEpoch, waited) = (figure, index + 1, 0) }
        }
        #expect(waited == 4 && figures.count < 60)
        #expect(told?["best_epoch"]?.int == bestEpoch)
        #expect(told?["stopped_epoch"]?.int == figures.count)
        #expect(told?["best"]?.double == best && told?["restored"]?.bool == true)
        // What was written is the best epoch's, not the last one's.
        #expect(run.figure("validation", "accuracy") == best)
        let last = try train(
          folder, rule, to: "last", set: ["early_stopping.restore_best=false"])
        try #require(last.code == 0, "\(last)")
        let kept = try RunResult(folder.path("last"))
        #expect(kept.figure("validation", "accuracy") == figures.last)
        #expect(kept.epochs.count == figures.count && kept.digest != run.digest)
      }
    }

    @Test(
      "rules that do not fit the run",
      arguments: [
        ("early_stopping: {monitor: validation.accurac, patience: 1}", "the run tells only"),
        ("early_stopping: {monitor: objective, patience: 1}", "must be train or validation"),
        ("early_stopping: {monitor: train.objective}", "early_stopping.patience is missing"),
        (
          "early_stopping: 3\nensemble: {snapshots: 2}",
          "early_stopping would end the run before its last cycle"
        ),
        ("ensemble: {snapshots: {cycles: 2, last: 3}}", "there are only 2 cycles"),
        ("ensemble: {snapshots: 1000}", "cycles is 1000, but only 360 steps"),
        ("ensemble: {snapshots: 2}\nschedule: cosine", "which has no cycles"),
        ("ensemble: {snapshots: 2}\nschedule: {snapshot_cosine: {cycles: 3}}", "give one of them"),
        (
          "ensemble: {snapshots: 2}\nschedule: {triangular: {cycle: 20}}",
          "the schedule has 3 whole cycles in 360 steps"
        ),
      ])
    func flaws(more: String, words: String) throws {
      try withTemporaryFolder { folder in
        let outcome = try train(folder, more, to: "run")
        #expect(outcome.code == 78 && outcome.messages.count == 1, "\(outcome)")
        #expect(outcome.messages.first?.contains(words) == true, "\(outcome.messages)")
        #expect(!Files.exist(folder.path("run")))
      }
    }

    @Test(
      "without a validation part there is nothing to watch or to weigh by; clocks place no rollback"
    )
    func noValidation() throws {
      try withTemporaryFolder { folder in
        for (more, words) in [
          ("early_stopping: 3", "watch train.objective"),
          (
            "ensemble: {snapshots: {cycles: 2, combine: validation_weights}}",
            "needs a validation part"
          ),
          (
            "checkpoints: {every: 1 minutes}\ndivergence: {rollback: 1}",
            "must not depend on the clock"
          ),
        ] {
          let outcome = try train(folder, more, to: "run", set: ["data.split.validation=0"])
          #expect(outcome.code == 78 && outcome.messages.count == 1, "\(outcome)")
          #expect(outcome.messages.first?.contains(words) == true, "\(outcome.messages)")
        }
      }
    }

    @Test("a run that diverges goes back with a smaller rate, the same on every number of ranks")
    func rollback() throws {
      try withTemporaryFolder { folder in
        let wild = ["optimizer={sgd: {learning_rate: 1e30}}", "training.epochs=3"]
        let rule = "divergence: {rollback: 3, factor: 1e-16}"
        var alone: RunResult?
        for ranks in [nil, 3] {
          let name = "run-\(ranks ?? 1)"
          let outcome = try train(folder, rule, to: name, ranks: ranks, set: wild)
          try #require(outcome.code == 0 && outcome.messages == [], "\(outcome)")
          #expect(outcome.output.contains("goes back to step 0 with the learning rate times 1e-16"))
          let run = try RunResult(folder.path(name))
          #expect(run.summary["rollbacks"]?.int == 2)
          #expect(run.epochs.map { $0["epoch"]?.int } == [1, 2, 3])
          if let alone { #expect(run.invariant == alone.invariant) } else { alone = run }
        }
        // Where that is not enough, the run ends as without it.
        let given = try train(
          folder, rule, to: "given-up", set: wild + ["divergence.rollback=1"])
        #expect(given.code == 79 && given.messages.count == 1, "\(given)")
        #expect(given.messages.first?.contains("diverged") == true)
      }
    }

    @Test("a run goes back behind the parameters that diverge, never to them")
    func rollbackBehind() throws {
      try withTemporaryFolder { folder in
        // One step an epoch: the newest checkpoint holds the parameters that overflow.
        let outcome = try train(
          folder, "divergence: {rollback: 1, factor: 1e-32}", to: "run",
          set: [
            "optimizer={sgd: {learning_rate: 1e30}}", "training.epochs=4", "training.batch=full",
          ])
        try #require(outcome.code == 0 && outcome.messages == [], "\(outcome)")
        #expect(outcome.output.contains("goes back to step 0 with"), "\(outcome.output)")
        #expect(try RunResult(folder.path("run")).epochs.count == 4)
      }
    }

    @Test("a run that is stopped and resumed stops early, or keeps snapshots, like one that is not")
    func resumed() throws {
      try withTemporaryFolder { folder in
        for (name, more) in [
          ("early", "early_stopping: {patience: 3, min_delta: 0.01}"),
          ("snapshots", "training: {epochs: 9, batch: 20, shards: 4}\nensemble: {snapshots: 3}"),
        ] {
          let experiment =
            name == "early"
            ? Self.experiment + "\n" + more
            : Self.experiment.split(separator: "\n").dropLast().joined(separator: "\n") + "\n"
              + more
          let configuration = try folder.write(experiment, to: "a.yaml")
          let words = [configuration, "--quiet"]
          let whole = try Command(words + ["--run", folder.path(name)]).run()
          try #require(whole.code == 0, "\(whole)")
          let expected = try RunResult(folder.path(name))
          // Ends after some epochs, then goes on to where the configuration wants it.
          let part = folder.path(name + "-part")
          if name == "early" {
            let first = try Command(words + ["--run", part, "--epochs", "4"]).run()
            try #require(first.code == 0, "\(first)")
          } else {
            let job = try Command(words + ["--run", part]).start()
            for _ in 0..<500 where !Files.exist(part + "/snapshots/cycle-1.safetensors") {
              usleep(2_000)
            }
            job.send(SIGTERM)
            _ = try job.finish(timeout: 20)
          }
          let rest = try Command(words + ["--run", part, "--resume"], ranks: 3).run()
          try #require(rest.code == 0, "\(rest)")
          let resumed = try RunResult(part)
          #expect(resumed.digest == expected.digest, "\(name)")
          for key in ["early_stopping", "ensemble", "validation", "test"] {
            #expect(resumed.summary[key] == expected.summary[key], "\(name) \(key)")
          }
        }
      }
    }

    @Test("a sample that is out of all bounds is named, on every number of ranks")
    func divergence() throws {
      try withTemporaryFolder { folder in
        // 40 samples of which the 24th overflows the objective; in order, it is in the 3rd batch of 8.
        var lines = ["a,b,y"]
        for i in 0..<40 { lines.append("\(i % 7),\(i % 5),\(i == 23 ? 3e38 : Double(i % 3))") }
        try folder.write(lines.joined(separator: "\n") + "\n", to: "x.csv")
        let configuration = try folder.write(
          """
          data: {train: {path: x.csv, header: true, target: y}}
          model: [{dense: {name: first, units: 3, activation: tanh}}, {dense: {name: last, units: 1}}]
          objective: mean_squared_error
          optimizer: {sgd: {learning_rate: 0.01}}
          training: {epochs: 2, batch: 8, shards: 4}
          """, to: "a.yaml")
        var messages: Set<String> = []
        for ranks in [nil, 2, 3] {
          let run = folder.path("run-\(ranks ?? 1)")
          let outcome = try Command([configuration, "--run", run, "--quiet"], ranks: ranks).run()
          #expect(outcome.code == 79 && outcome.messages.count == 1, "\(outcome)")
          // The message tells where the run's replay bundle is.
          messages.formUnion(outcome.messages.map { $0.replacing(run, with: "RUN") })
        }
        let message = try #require(messages.first)
        #expect(messages.count == 1)
        #expect(message.contains("the objective of step ") && message.contains(" is inf"))
        #expect(message.contains("of 4, with the training samples "), "\(message)")
        let samples = message.split(separator: "samples ")[1].split(separator: ";")[0]
        let numbers = samples.split(separator: ", ").compactMap { Int($0) }
        #expect(numbers.count == 2 && numbers.contains(23), "\(message)")
      }
    }
  }
}
