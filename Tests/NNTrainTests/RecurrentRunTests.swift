import Formats
import Testing
import _TestSupport

extension EndToEnd {
  /// Runs of networks that go through sequences.
  @Suite struct RecurrentRunTests {
    @Test(
      "a run that is gone on from, on other ranks, ends with the bits of the whole one",
      arguments: [Experiments.recurrent, Experiments.embedded])
    func resumes(experiment: String) throws {
      try withTemporaryFolder { folder in
        let configuration = try folder.write(experiment, to: "a.yaml")
        func train(_ run: String, ranks: Int?, _ words: [String]) throws {
          let outcome = try Command(
            [configuration, "--run", folder.path(run)] + words, ranks: ranks
          ).run()
          try #require(outcome.code == 0 && outcome.messages == [], "\(outcome)")
        }
        try train("whole", ranks: nil, [])
        try train("parts", ranks: 3, ["--epochs", "1"])
        try train("parts", ranks: 2, ["--resume", "--epochs", "2"])
        #expect(
          try RunResult(folder.path("parts")).invariant
            == RunResult(folder.path("whole")).invariant)
      }
    }

    @Test("check tells shapes, parameters and work")
    func checks() throws {
      try withTemporaryFolder { folder in
        let configuration = try folder.write(Experiments.recurrent, to: "a.yaml")
        let json = try JSONValue(parsing: Command(["check", configuration, "--json"]).run().output)
        let layers = try #require(json["layers"]?.array)
        func layer(_ name: String) throws -> JSONValue {
          try #require(layers.first { $0["name"]?.string == name }, "no \(name)")
        }
        #expect(try layer("bidirectional_1")["output"]?.array?.map(\.int) == [8, 18])
        #expect(try layer("bidirectional_1")["parameters"]?.int == 2 * 36 * (8 + 9 + 1))
        #expect(try layer("bidirectional_1")["multiply_adds"]?.int == 2 * 8 * 36 * (8 + 9))
        #expect(try layer("gru_1")["parameters"]?.int == 36 * (18 + 12 + 2))
        #expect(try layer("bidirectional_2")["output"]?.array?.map(\.int) == [11])
      }
    }
  }
}
