import Formats
import Testing
import _TestSupport

#if canImport(Glibc)
  import Glibc
#endif

extension FailingEndToEnd {
  /// Models, checkpoints and manifests that are whole and lie, given to the commands: 65 and one message
  /// that names the field. The walks over all fields are in HostileFilesTests and TrainingTests.
  @Suite struct MetadataRunTests {
    @Test("evaluate, predict, sample and replay refuse what a model says of itself")
    func models() throws {
      try withTemporaryFolder { folder in
        let lab = try Laboratory(folder, epochs: 1)
        _ = try lab.train("a", ranks: nil)
        let model = folder.path("a/model.safetensors")
        let reader = try SafetensorsReader(path: model)
        func json(_ key: String, _ change: (inout JSONObject) -> Void) throws -> String {
          var object = try JSONValue(parsing: reader.metadata[key] ?? "").object ?? JSONObject()
          change(&object)
          return JSONValue.object(object).serialized()
        }
        let cases: [(key: String, value: String?, word: String)] = [
          ("schema", nil, "schema"), ("schema", "{}", "inputShape is missing"),
          (
            "schema", try json("schema") { $0["inputShape"] = [-1, 8, 8] },
            "schema: inputShape is [-1, 8, 8]"
          ),
          (
            "schema", try json("schema") { $0["inputShape"] = [4_611_686_018_427_387_904, 8] },
            "schema: inputShape"
          ),
          (
            "preprocessing", try json("preprocessing") { $0["shift"] = [] },
            "preprocessing: shift has 0 numbers"
          ),
          (
            "preprocessing", try json("preprocessing") { $0["scale"] = [1, 2, 3] },
            "preprocessing: scale has 3 numbers"
          ),
          ("class_weights", "[1]", "class_weights: 1 weights for"),
          (
            "configuration",
            (reader.metadata["configuration"] ?? "")
              .split(separator: "\n", omittingEmptySubsequences: false)
              .map { $0.contains("threads:") ? "  threads: 10000" : String($0) }
              .joined(separator: "\n"), "parallel.threads is \"10000\""
          ),
        ]
        var commands: [Command] = []
        for (index, changed) in cases.enumerated() {
          let path = folder.path("m\(index).safetensors")
          try Forgery.copy(model, to: path, metadata: [changed.key: changed.value])
          let words =
            index.isMultiple(of: 2)
            ? ["evaluate", path] : ["predict", path, "--input", folder.path("none.npy")]
          commands.append(Command(words))
        }
        for (outcome, changed) in zip(try Command.together(commands), cases) {
          expect(outcome, 65, changed.word)
        }
        let others = try Command.together([
          Command(["sample", model, "--out", folder.path("s.npy")]),
          Command(["replay", model]),
        ])
        for outcome in others { expect(outcome, 65, "model.safetensors") }
      }
    }

    @Test("--resume refuses what a checkpoint says of itself")
    func checkpoints() throws {
      try withTemporaryFolder { folder in
        let lab = try Laboratory(folder, epochs: 2)
        _ = try lab.train("a", ranks: nil)
        let checkpoints = folder.path("a/checkpoints/")
        let newest = checkpoints + "step-12.safetensors"
        for name in Files.entries(checkpoints) where name != "step-12.safetensors" {
          unlink(checkpoints + name)
        }
        let whole = folder.path("whole")
        try Forgery.copy(newest, to: whole)
        let huge = "9223372036854775807"
        for (key, value, word) in [
          ("step", huge, "step is missing or impossible"), ("shards", huge, "shards is missing"),
          ("shards", "0", "shards is missing"), ("epoch", nil, "epoch is missing"),
          ("fingerprint", "{\"threads\": \(huge)}", "fingerprint is missing"),
          ("state", "[]", "state is missing"), ("seed", "77", "seed is 77"),
          ("configuration", "x: 1", "configuration"), ("step", "7000", "never comes"),
        ] as [(String, String?, String)] {
          try Forgery.copy(whole, to: newest, metadata: [key: value])
          let outcome = try lab.command("a", ranks: nil, ["--resume", "--epochs", "3"]).run()
          expect(outcome, 65, word)
        }
      }
    }

    @Test("a network too large for the memory that ulimit leaves: one sentence with both sizes")
    func tooLarge() throws {
      try withTemporaryFolder { folder in
        let configuration = try folder.write(
          Experiments.digits("sgd", training: "epochs: 1, batch: 30"), to: "a.yaml")
        let large = ["--set", "model.1.units=100000000"]
        let outcomes = try Command.together([
          Command(["check", configuration] + large),
          Command(
            [
              configuration, "--run", folder.path("r"), "--set",
              "model=[flatten, {dense: {units: 400000}}, {dense: {units: 400000}}, {dense: {units: 10, activation: softmax}}]",
            ], ranks: 2),
        ])
        expect(outcomes[0], 78, "units is \"100000000\"")
        expect(outcomes[1], 78, "are available (")
        #expect(outcomes[1].messages.first?.contains("for 2 ranks on one host") == true)
        #expect(Files.entries(folder.path).sorted() == ["a.yaml"])
      }
    }

    private func expect(_ outcome: CommandOutcome, _ code: Int32, _ word: String) {
      #expect(outcome.code == code, "\(outcome)")
      #expect(outcome.messages.count == 1, "\(outcome)")
      #expect(outcome.messages.first?.contains(word) == true, "\(word): \(outcome)")
    }
  }
}
