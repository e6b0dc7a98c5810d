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
  }
}
