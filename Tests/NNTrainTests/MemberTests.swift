import Formats
import Testing
import _TestSupport

#if canImport(Glibc)
  import Glibc
#endif

extension EndToEnd {
  /// Ensembles of trained members, and boosted ones.
  @Suite struct MemberTests {
    private static func experiment(_ ensemble: String, rate: String = "0.05") -> String {
      """
      seed: 3
      data: {source: digits, take: 237, split: {validation: 0.15, test: 0.1}, preprocess: [standardize]}
      model: [flatten, {dense: {units: 12, activation: relu}}, {dense: {units: 10, activation: softmax}}]
      objective: categorical_crossentropy
      optimizer: {momentum: {learning_rate: \(rate)}}
      training: {epochs: 2, batch: 30, shards: 6}
      checkpoints: {every: 2 steps}
      ensemble: {\(ensemble)}
      """
    }

    private static let independent = """
      members: {count: 4, bootstrap: true, combine: stacking, \
      vary: [[], [optimizer=adam], ["model.1.units=9"], []]}
      """
    private static let boosted = "adaboost: {rounds: 5, algorithm: samme_r}"

    private func train(
      _ folder: TemporaryFolder, to run: String, ranks: Int? = nil, _ more: String...
    ) throws -> CommandOutcome {
      try Command(
        [folder.path("a.yaml"), "--run", folder.path(run)] + more, ranks: ranks
      ).run()
    }

    /// All that may not depend on ranks or on where the run lies.
    private func facts(_ folder: TemporaryFolder, _ run: String) throws -> [String] {
      let summary = try JSONValue(parsing: Files.text(folder.path(run + "/summary.json")))
      let told = ["ensemble", "parameter_digests", "validation", "test"]
        .map { summary[$0]?.serialized() ?? "none" }
      return told + [try Files.text(folder.path(run + "/ensemble.json"))]
    }

    @Test(
      "the same on every number of ranks; killed in member 3 or round 4 and resumed on another",
      arguments: [(independent, 3), (boosted, 4)])
    func ranksAndResume(ensemble: String, victim: Int) throws {
      try withTemporaryFolder { folder in
        try folder.write(Self.experiment(ensemble), to: "a.yaml")
        let alone = try train(folder, to: "run-1")
        try #require(alone.code == 0 && alone.messages == [], "\(alone)")
        #expect(
          alone.output.contains(
            #/accuracy [+−][\d.]+ points over the mean, .* points over the best/#),
          "\(alone.output)")
        let wanted = try facts(folder, "run-1")
        let many = try train(folder, to: "run-3", ranks: 3, "--quiet")
        #expect(many.code == 0 && many.messages == [] && many.output == "", "\(many)")
        #expect(try facts(folder, "run-3") == wanted)
        // The ensemble is measured as a model is.
        let outcome = try Command(["evaluate", folder.path("run-1"), "--json"], ranks: 2).run()
        let found = try JSONValue(parsing: outcome.output)
        let summary = try JSONValue(parsing: Files.text(folder.path("run-1/summary.json")))
        #expect(found["objective"] == summary["test"]?["objective"], "\(outcome)")
        #expect(found["accuracy"] == summary["test"]?["accuracy"])

        // Slowed, so that it is killed within the member.
        let job = try Command(
          [folder.path("a.yaml"), "--run", folder.path("killed")], ranks: 2,
          environment: ["NNTRAIN_FAULT": "slow:0:0.03"]
        ).start()
        let checkpoints = folder.path("killed/members/\(victim)/checkpoints")
        try job.wait("a checkpoint of member \(victim)") { _ in
          Files.entries(checkpoints).contains {
            $0.hasPrefix("step-") && $0 != "step-0.safetensors"
          }
        }
        for rank in job.ranks { kill(rank, SIGKILL) }
        let killed = try job.finish()
        #expect(killed.code == 128 + SIGKILL, "\(killed)")
        for _ in 0..<400 where !job.ranks.isEmpty { usleep(10_000) }
        let resumed = try train(folder, to: "killed", ranks: 3, "--resume")
        #expect(resumed.code == 0 && resumed.messages == [], "\(resumed)")
        #expect(try facts(folder, "killed") == wanted)
      }
    }

    @Test("a member that diverges, and one that is absent or foreign")
    func badMembers() throws {
      try withTemporaryFolder { folder in
        let bad = "members: {count: 3, vary: [[], [optimizer.learning_rate=1.0e+30], []]}"
        try folder.write(Self.experiment(bad), to: "a.yaml")
        let failed = try train(folder, to: "run", ranks: 2)
        #expect(failed.code == 79 && failed.messages.count == 1, "\(failed)")
        #expect(failed.messages.first?.contains("member 2 (") == true, "\(failed)")
        // The others are there; nothing calls itself an ensemble.
        #expect(Files.exist(folder.path("run/members/3/model.safetensors")))
        #expect(!Files.exist(folder.path("run/ensemble.json")))

        try folder.write(Self.experiment("members: 2"), to: "a.yaml")
        let good = try train(folder, to: "good", "--quiet")
        try #require(good.code == 0, "\(good)")
        unlink(folder.path("good/summary.json"))
        try folder.write(
          try Files.bytes(folder.path("good/members/1/model.safetensors")),
          to: "good/members/2/model.safetensors")
        try refusesToEvaluate(
          folder, "good", says: "good/members/2/model.safetensors",
          "is not the file that", "ensemble.json names", "bring the right one back")
        let foreign = try train(folder, to: "good", ranks: 2, "--resume")
        #expect(foreign.code == 65 && foreign.messages.count == 1, "\(foreign)")
        #expect(foreign.messages.first?.contains("not the model of member 2") == true)
        // A model of the same shapes that read other numbers.
        try folder.write(
          Self.experiment("members: 2").replacing("[standardize]", with: "[{divide: 16}]")
            .replacing("\nensemble: {members: 2}", with: ""), to: "b.yaml")
        let other = try Command(
          [folder.path("b.yaml"), "--run", folder.path("other"), "--quiet"]
        ).run()
        try #require(other.code == 0, "\(other)")
        try folder.write(
          try Files.bytes(folder.path("other/model.safetensors")),
          to: "good/members/2/model.safetensors")
        try refusesToEvaluate(
          folder, "good", says: "good/members/2/model.safetensors",
          "its prepared inputs are not those of", "the same data")
        unlink(folder.path("good/members/2/model.safetensors"))
        let absent = try Command(["evaluate", folder.path("good")]).run()
        #expect(absent.code == 66 && absent.messages.count == 1, "\(absent)")
      }
    }

    /// Expects that `evaluate` ends with 65 and one message of these words.
    private func refusesToEvaluate(
      _ folder: TemporaryFolder, _ run: String, says words: String...
    ) throws {
      let outcome = try Command(["evaluate", folder.path(run)], ranks: 2).run()
      #expect(outcome.code == 65 && outcome.output == "", "\(outcome)")
      try #require(outcome.messages.count == 1, "\(outcome)")
      for word in words { #expect(outcome.messages[0].contains(word), "\(outcome.messages[0])") }
    }

    @Test(
      "a first learner that is no better than chance ends the boosting, and no ensemble is left")
    func chance() throws {
      try withTemporaryFolder { folder in
        // A network of zeros, which does not move, takes the first class for everything: a is a third.
        let rows = (0..<24).map { "\($0 % 5),\($0 % 7),\($0 % 3 == 0 ? "a" : "b")" }
        try folder.write(rows.joined(separator: "\n") + "\n", to: "a.csv")
        try folder.write(
          """
          data: {train: {path: a.csv, target: -1, header: false}}
          model: [{dense: {units: 2, activation: softmax, initializer: zeros}}]
          objective: categorical_crossentropy
          optimizer: {sgd: {learning_rate: 1.0e-30}}
          training: {epochs: 1, batch: 24, shards: 2}
          ensemble: {adaboost: 3}
          """, to: "a.yaml")
        let outcome = try train(folder, to: "run", ranks: 2, "--quiet")
        #expect(outcome.code == 78, "\(outcome)")
        try #require(outcome.messages.count == 1, "\(outcome)")
        for word in [
          "ensemble.adaboost: the learner of round 1 has the weighted error 0.6667",
          "no better than chance (0.5000)", "train longer",
        ] { #expect(outcome.messages[0].contains(word), "\(outcome.messages[0])") }
        #expect(!Files.exist(folder.path("run/ensemble.json")))
        #expect(!Files.exist(folder.path("run/members/2")))
      }
    }

    @Test("weights that can't be, numbers by R2")
    func boosting() throws {
      try withTemporaryFolder { folder in
        try folder.write(Self.experiment("adaboost: 3"), to: "a.yaml")
        try folder.write(
          BinaryFiles.npy([177], [1] + [Float](repeating: 0, count: 176)), to: "one.npy")
        let one = try train(
          folder, to: "one", ranks: 2, "--set", "data.sample_weights=\(folder.path("one.npy"))")
        #expect(one.code == 65 && one.messages.count == 1, "\(one)")
        #expect(one.messages.first?.contains("all weight is on sample 0") == true, "\(one)")

        try folder.write(
          """
          data: {source: synthetic, shape: [3], values: 1, count: 60, split: {validation: 0.2}}
          model: [{dense: {units: 4, activation: tanh}}, {dense: {units: 1}}]
          objective: mean_squared_error
          optimizer: {adam: {learning_rate: 0.05}}
          training: {epochs: 3, batch: 16}
          ensemble: {adaboost: {rounds: 3, algorithm: r2, loss: square}}
          """, to: "a.yaml")
        let numbers = try train(folder, to: "numbers", ranks: 2)
        #expect(numbers.code == 0 && numbers.output.contains("weighted_median *"), "\(numbers)")
      }
    }
  }
}
