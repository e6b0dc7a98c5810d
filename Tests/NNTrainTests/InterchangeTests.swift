import Formats
import Testing
import _TestSupport

extension EndToEnd {
  /// Parameters that change hands between nntrain and PyTorch: `scripts/golden/interchange.py`.
  @Suite struct InterchangeTests {
    private struct Golden {
      let changes: [String]
      let inputs: [Float]
      let pytorch: [Float]
      let nntrain: [Float]

      init() throws {
        let json = try JSONValue(parsing: Files.text(Self.path("interchange.json")))
        func numbers(_ key: String) -> [Float] {
          json[key]?.array?.compactMap { $0.double.map { Float($0) } } ?? []
        }
        changes = json["changes"]?.array?.compactMap(\.string) ?? []
        (inputs, pytorch, nntrain) = (numbers("inputs"), numbers("pytorch"), numbers("nntrain"))
      }

      static func path(_ name: String) -> String {
        Files.repository.appendingPathComponent("Tests/Golden/" + name).path
      }
    }

    @Test("nntrain starts from PyTorch's parameters, bit for bit, and predicts as it does")
    func fromPyTorch() throws {
      let golden = try Golden()
      try withTemporaryFolder { folder in
        let weights = Golden.path("interchange/pytorch.safetensors")
        // Updates so small that no bit changes.
        let outcome = try train(
          folder, golden,
          ["initialize_from=\(weights)", "optimizer={sgd: {learning_rate: 1.0e-30}}"], ranks: 2)
        try #require(outcome.code == 0, "\(outcome)")
        let model = try SafetensorsReader(path: folder.path("run/model.safetensors"))
        #expect(
          try ParameterDigest.hex(of: model)
            == ParameterDigest.hex(of: SafetensorsReader(path: weights)))
        try expectPredictions(folder.path("run"), golden.pytorch, golden, folder)
        let start = folder.path("run/checkpoints/step-0.safetensors")
        #expect(try SafetensorsReader(path: start).tensor("conv_1.weight").shape == [3, 1, 3, 3])
      }
    }

    @Test("PyTorch predicts with a model of nntrain as nntrain does, and names and shapes stay so")
    func toPyTorch() throws {
      let golden = try Golden()
      try withTemporaryFolder { folder in
        let saved = Golden.path("interchange/nntrain.safetensors")
        try expectPredictions(saved, golden.nntrain, golden, folder)
        let outcome = try train(folder, golden, [], ranks: nil)
        try #require(outcome.code == 0, "\(outcome)")
        let tensors = try [saved, folder.path("run/model.safetensors")].map {
          try SafetensorsReader(path: $0).header.tensors
        }
        #expect(tensors[0] == tensors[1])
        // A checkpoint can be evaluated, and can be started from, like a model.
        let checkpoint = folder.path("run/checkpoints/step-5.safetensors")
        let figures = try Command(["evaluate", checkpoint, "--data", "train", "--json"]).run()
        #expect(
          try JSONValue(parsing: figures.output)["objective"]
            == RunResult(folder.path("run")).summary["train"]?["objective"], "\(figures)")
        let again = try train(folder, golden, ["initialize_from=\(checkpoint)"], run: "again")
        #expect(again.code == 0, "\(again)")
      }
    }

    @Test("names and shapes that do not fit are listed by one rank", arguments: [nil, 3])
    func mismatches(ranks: Int?) throws {
      let golden = try Golden()
      let weights = Golden.path("interchange/pytorch.safetensors")
      try withTemporaryFolder { folder in
        let cut = folder.path("cut.safetensors")
        try Forgery.copy(weights, to: cut, dropping: ["conv_1.bias"])
        try folder.write("no weights", to: "text.safetensors")
        let cases: [([String], Int32, [String])] = [
          (["initialize_from=\(cut)"], 65, ["it lacks conv_1.bias"]),
          (
            ["initialize_from=\(weights)", "model.3.name=hidden"], 65,
            ["it lacks hidden.weight, hidden.bias", "has no dense_1.bias, dense_1.weight"]
          ),
          (
            ["initialize_from=\(weights)", "model.3.units=5"], 65,
            ["dense_1.weight is 4×48, not 5×48", "output.weight is 10×4, not 10×5"]
          ),
          (["initialize_from=\(folder.path("none"))"], 66, ["none: cannot open it"]),
          (["initialize_from=\(folder.path("text.safetensors"))"], 65, ["no safetensors file"]),
        ]
        let outcomes = try Command.together(
          cases.enumerated().map { index, wrong in
            command(folder, golden, wrong.0, ranks: ranks, run: "run-\(index)")
          })
        for (index, (outcome, (_, code, words))) in zip(outcomes, cases).enumerated() {
          #expect(outcome.code == code && outcome.messages.count == 1, "\(outcome)")
          #expect(!Files.exist(folder.path("run-\(index)")), "something is left")
          for word in words {
            #expect(outcome.messages.first?.contains(word) == true, "\(outcome)")
          }
        }
      }
    }

    private func train(
      _ folder: TemporaryFolder, _ golden: Golden, _ set: [String], ranks: Int? = nil,
      run: String = "run"
    ) throws -> CommandOutcome {
      try command(folder, golden, set, ranks: ranks, run: run).run()
    }

    private func command(
      _ folder: TemporaryFolder, _ golden: Golden, _ set: [String], ranks: Int?, run: String
    ) -> Command {
      Command(
        ["--run", folder.path(run), "--quiet"] + (golden.changes + set).flatMap { ["--set", $0] },
        ranks: ranks)
    }

    private func expectPredictions(
      _ model: String, _ wanted: [Float], _ golden: Golden, _ folder: TemporaryFolder
    ) throws {
      let inputs = try folder.write(
        BinaryFiles.npy([golden.inputs.count / 64, 1, 8, 8], golden.inputs), to: "inputs.npy")
      let outcome = try Command(["predict", model, "--input", inputs]).run()
      try #require(outcome.code == 0, "\(outcome)")
      let rows = outcome.output.split(separator: "\n").dropFirst()
      let found = rows.flatMap { $0.split(separator: ",").dropFirst().compactMap { Float($0) } }
      try #require(found.count == wanted.count && wanted.count == 40)
      for (found, wanted) in zip(found, wanted) { #expect(abs(found - wanted) < 1e-5) }
    }
  }
}
