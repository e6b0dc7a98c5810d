import Formats
import Testing
import _TestSupport

extension EndToEnd {
  /// What commands besides training make of stages, and stages that fail.
  @Suite struct PretrainingCommandTests {
    /// Machines with persistent chains; then all of them together, at a learning rate that moves nothing.
    private static let whole = """
      {dbn: {epochs: 1, batch: 30, persistent: true, up_down: {epochs: 1, batch: 30, optimizer:
      {sgd: {learning_rate: 1.0e-30}}}}}
      """

    @Test("a comparison trains the stages of its variants, to what train makes of them")
    func compare() throws {
      try withTemporaryFolder { folder in
        let configuration = try folder.write(
          PretrainingRunTests.digits("{rbm: {epochs: 1, batch: 30}}"), to: "a.yaml")
        let outcomes = try Command.together([
          Command(
            ["compare", configuration, "--run", folder.path("run"), "--no-plot", "--vary"]
              + ["pretraining=null,{rbm: {epochs: 1, batch: 30}}"], ranks: 2),
          Command(
            [configuration, "--run", folder.path("drawn"), "--set", "pretraining=null", "--quiet"]),
          Command([configuration, "--run", folder.path("trained"), "--quiet"]),
        ])
        for outcome in outcomes {
          #expect(outcome.code == 0 && outcome.messages == [], "\(outcome)")
        }
        let report = try JSONValue(parsing: folder.text(of: "run/comparison.json"))
        var digests: [String: String] = [:]
        for variant in try #require(report["variants"]?.array) {
          let setting = try #require(variant["settings"]?.array?.first?.string)
          digests[setting] = variant["runs"]?.array?.first?["parameter_digest"]?.string
        }
        let (drawn, trained) = (
          try RunResult(folder.path("drawn")).digest, try RunResult(folder.path("trained")).digest
        )
        #expect(drawn != trained)
        #expect(Set(digests.values) == [drawn, trained], "\(digests)")
        #expect(digests["pretraining=null"] == drawn)
      }
    }

    @Test("check tells of every stage, and of the one that needs most memory")
    func check() throws {
      try withTemporaryFolder { folder in
        let configuration = try folder.write(
          PretrainingRunTests.digits(PretrainingCommandTests.whole), to: "a.yaml")
        let greedy = ["--set", "pretraining={greedy_supervised: {}}"]
        let outcomes = try Command.together([
          Command(["check", configuration, "--json"]),
          Command(["check", configuration, "--json", "--set", "pretraining=null"]),
          Command(["check", configuration]),
          Command(["check", configuration] + greedy),
        ])
        for outcome in outcomes { #expect(outcome.code == 0 && outcome.error == "", "\(outcome)") }
        let json = try JSONValue(parsing: outcomes[0].output)
        let stages = try #require(json["stages"]?.array)
        #expect(
          stages.map { $0["folder"]?.string }
            == ["1-rbm", "2-rbm", "3-up-down"].map {
              "stages/" + $0
            })
        // Weights, hidden and visible biases; then those of all, the first machine's weights twice.
        let (first, second) = (64 * 12 + 12 + 64, 12 * 9 + 9 + 12)
        #expect(
          stages.map { $0["parameters"]?.int } == [first, second, 64 * 12 + first + second])
        let memory = stages.compactMap { $0["memory_per_rank"]?.int }
        let network = try #require(
          JSONValue(parsing: outcomes[1].output)["memory_per_rank"]?.int)
        #expect(json["memory_per_rank"]?.int == memory.max())
        #expect(network < memory[0] && network != 0)
        // The second machine keeps what the first makes of all 130 samples.
        #expect(memory[1] > 130 * 12 * 4)
        let rows = outcomes[2].output.split(separator: "\n").map { $0.split(separator: " ") }
        #expect(rows.contains { $0.starts(with: ["3-up-down", "64-12-9"]) })
        #expect(outcomes[2].output.contains("for stage 1\n"))
        #expect(outcomes[3].output.contains("2-layer  middle, output"), "\(outcomes[3].output)")
      }
    }

    @Test("a stage that diverged may go on with other settings; samples come from what is finished")
    func mends() throws {
      try withTemporaryFolder { folder in
        let configuration = try folder.write(
          PretrainingRunTests.digits(PretrainingCommandTests.whole), to: "a.yaml")
        func train(_ run: String, _ words: [String] = []) -> Command {
          Command([configuration, "--run", folder.path(run)] + words, ranks: 2)
        }
        let key = "pretraining.dbn.up_down.regularization.l2"
        let begun = try Command.together([
          train("whole"), train("cut", ["--set", key + "=3.0e+38"]),
        ])
        try #require(begun[0].code == 0, "\(begun[0])")
        #expect(begun[1].code == 79 && begun[1].messages.count == 1, "\(begun[1])")
        // No bundle: it could not be replayed without the stages below.
        #expect(begun[1].messages.first?.contains("replay") == false)
        // Nor would `clip` help, which machines don't have.
        #expect(begun[1].messages.first?.contains("clip") == false)
        #expect(
          !Files.entries(folder.path("cut/stages/3-up-down")).contains { $0.contains("replay") })
        let other = try train("cut", ["--resume", "--set", "pretraining.dbn.steps=2"]).run()
        #expect(other.code == 78, "\(other)")
        #expect(other.messages.first?.contains("pretraining.dbn.steps was 1 and is 2") == true)
        let resumed = try train("cut", ["--resume"]).run()
        try #require(resumed.code == 0 && resumed.messages == [], "\(resumed)")
        #expect(resumed.output.contains("note: \(key) was"), "\(resumed)")
        #expect(!resumed.output.contains("stage 2"))
        for part in ["/stages/2-rbm", "/stages/3-up-down", ""] {
          let (cut, whole) = (folder.path("cut") + part, folder.path("whole") + part)
          #expect(try RunResult(cut).invariant == RunResult(whole).invariant, "\(part)")
        }
        try expectFirstValues(folder.path("whole"))
        try expectSamples(folder)
      }
    }

    /// Nothing has moved: both ways of the network, and its top, are the machines.
    private func expectFirstValues(_ run: String) throws {
      func file(_ stage: String) throws -> SafetensorsReader {
        try SafetensorsReader(path: "\(run)/stages/\(stage)/model.safetensors")
      }
      let (whole, machines) = (try file("3-up-down"), [try file("1-rbm"), try file("2-rbm")])
      for (name, machine, role) in [
        ("recognition_weight_1", 0, "weight"), ("generative_weight_1", 0, "weight"),
        ("recognition_bias_1", 0, "bias"), ("generative_bias_1", 0, "visible_bias"),
        ("weight", 1, "weight"), ("bias", 1, "bias"), ("visible_bias", 1, "visible_bias"),
      ] {
        let values = try PretrainingRunTests.values(whole, "up_down." + name)
        #expect(values.contains { $0 != 0 }, "\(name)")
        #expect(
          try values == PretrainingRunTests.values(machines[machine], "rbm." + role), "\(name)")
      }
    }

    private func expectSamples(_ folder: TemporaryFolder) throws {
      let stages = folder.path("whole/stages")
      func sample(_ source: String, _ words: [String] = []) throws -> CommandOutcome {
        try Command(
          ["sample", folder.path(source), "--steps", "1", "--count", "3", "--out"]
            + [folder.path("a.npy")] + words
        ).run()
      }
      // The chains of the machine that stood at the top before.
      let chains = try sample("whole", ["--from", "chains"])
      #expect(chains.code == 0 && chains.messages == [], "\(chains)")
      let alone = try sample("whole/stages/3-up-down", ["--from", "chains"])
      #expect(alone.code == 65 && alone.messages.count == 1, "\(alone)")
      #expect(alone.messages.first?.contains("give the run's folder") == true)

      try folder.write(#"{"stopped": true}"#, to: "whole/stages/3-up-down/summary.json")
      let unfinished = try sample("whole")
      #expect(unfinished.code == 0, "\(unfinished)")
      #expect(unfinished.output.contains("note: \(stages)/3-up-down is not finished"))
      // A machine of another width.
      let first = try Files.bytes(stages + "/1-rbm/model.safetensors")
      try folder.write(first, to: "whole/stages/2-rbm/model.safetensors")
      let mixed = try sample("whole")
      #expect(mixed.code == 65 && mixed.messages.count == 1, "\(mixed)")
      #expect(
        mixed.messages.first?.contains(
          stages + "/2-rbm/model.safetensors: has 64 visible units, but the machine below it")
          == true)
    }
  }
}
