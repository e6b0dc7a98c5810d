import Formats
import Tensors
import Testing
import _TestSupport

extension EndToEnd {
  /// A saved model alone: what it says of itself, and what it is worth.
  @Suite struct SavedModelTests {
    @Test("a model of digits evaluates elsewhere to the run's own figures, on one rank and three")
    func digits() throws {
      try expectSameFigures(
        Experiments.digits("adam", training: "epochs: 3, batch: 30"), data: nil)
      try expectSameFigures(Experiments.convolutional, data: nil)
    }

    @Test(
      "tables with categories, standardized, with values missing",
      arguments: ["abalone-regression", "breast-cancer-binary", "iris"])
    func tables(name: String) throws {
      let file = [
        "abalone-regression": "abalone", "breast-cancer-binary": "breast-cancer-wisconsin",
      ]
      let table = try Files.data("csv/\(file[name] ?? name).csv")
      let root = String(table.prefix(table.count - "/csv/\(file[name] ?? name).csv".count))
      let configuration = Files.repository.appendingPathComponent("configs/\(name).yaml").path
      try expectSameFigures(try Files.text(configuration), data: root)
    }

    /// Trains, takes the model to another folder, and measures it on every part from there.
    private func expectSameFigures(_ experiment: String, data: String?) throws {
      try withTemporaryFolder { folder in
        let configuration = try folder.write(experiment, to: "a.yaml")
        let environment = data.map { ["NNTRAIN_DATA": $0] } ?? [:]
        let trained = try Command(
          [configuration, "--run", folder.path("run"), "--quiet", "--epochs", "3"],
          environment: environment
        ).run()
        try #require(trained.code == 0, "\(trained)")
        let run = try RunResult(folder.path("run"))
        let model = try folder.write(try folder.bytes(of: "run/model.safetensors"), to: "b/m.st")
        for (part, ranks) in [("test", nil), ("test", 3), ("train", 2), ("validation", 3)] {
          let outcome = try Command(
            ["evaluate", model, "--data", part, "--json"], ranks: ranks, environment: environment,
            in: folder.path("b")
          ).run()
          try #require(outcome.code == 0 && outcome.messages == [], "\(outcome)")
          let found = try #require(JSONValue(parsing: outcome.output).object)
          // What weights cost belongs to the training, not to the model.
          let keys = try #require(run.summary[part]?.object).keys.filter { $0 != "penalty" }
          let wanted = try #require(run.summary[part]?.object)
          #expect(found.keys == keys + ["samples"])
          for key in keys { #expect(found[key] == wanted[key], "\(part) \(key)") }
        }
      }
    }

    @Test("the file can be read by anybody, and its digest is the summary's")
    func content() throws {
      try withTemporaryFolder { folder in
        let run = try trained(folder)
        let model = try SafetensorsReader(path: run.path + "/model.safetensors")
        #expect(
          model.header.tensors.map(\.name).sorted() == [
            "dense_1.bias", "dense_1.weight", "dense_2.bias", "dense_2.weight", "output.bias",
            "output.weight",
          ])
        #expect(try model.tensor("dense_1.weight").shape == [23, 64])
        #expect(model.header.tensors.allSatisfy { $0.element == .float32 })
        #expect(run.digest.count == 64)
        #expect(try ParameterDigest.hex(of: model) == run.digest)
        #expect(model.metadata["nntrain"] == "1")
        #expect(model.metadata["configuration"] == (try Files.text(run.path + "/config.yaml")))
      }
    }

    @Test("a run's own configuration repeats the run")
    func resolvedConfiguration() throws {
      try withTemporaryFolder { folder in
        let first = try trained(folder)
        let outcome = try Command(
          [first.path + "/config.yaml", "--run", folder.path("again"), "--quiet"], ranks: 2
        ).run()
        try #require(outcome.code == 0, "\(outcome)")
        let second = try RunResult(folder.path("again"))
        #expect(second.digest == first.digest)
        #expect(second.epochs.count == first.epochs.count)
      }
    }

    @Test("foreign, cut and newer files are refused", arguments: [nil, 3])
    func badModels(ranks: Int?) throws {
      try withTemporaryFolder { folder in
        let model = try Files.bytes(trained(folder).path + "/model.safetensors")
        try folder.write(
          BinaryFiles.npy([2, 1, 8, 8], [Float](repeating: 1, count: 128)), to: "x.npy")
        let cases: [([UInt8]?, String, Int32, String)] = [
          (nil, "absent.st", 66, ""), ([], "empty.st", 65, ""),
          (Array("not a model, but a text of some length".utf8), "foreign.st", 65, ""),
          (Array(model.dropLast(1)), "cut.st", 65, ""),
          (Array(model.prefix(100)), "stump.st", 65, ""),
          (
            try replaced(model, "\"nntrain\":\"1\"", "\"nntrain\":\"2\""), "newer.st", 65,
            "format 2"
          ),
          (
            try replaced(model, "\"nntrain\":\"1\"", "\"mmtrain\":\"1\""), "other.st", 65, "nntrain"
          ),
          (
            try replaced(model, "\"output.bias\"", "\"output.bios\""), "parts.st", 65, "output.bias"
          ),
          (nil, "run-without-model", 66, "model.safetensors"),
        ]
        try folder.write("nothing here", to: "run-without-model/notes.txt")
        for (bytes, name, _, _) in cases {
          if let bytes { try folder.write(bytes, to: name) }
        }
        // Some at once: starting them is mostly waiting.
        for batch in [cases[..<5], cases[5...]] {
          let jobs = batch.flatMap { (_, name, code, word) in
            let predict = ["predict", name, "--input", "x.npy"]
            return (ranks == nil ? [["evaluate", name], predict] : [["evaluate", name]]).map {
              (words: $0, name: name, code: code, word: word)
            }
          }
          let outcomes = try Command.together(
            jobs.map { Command($0.words, ranks: ranks, in: folder.path) })
          for (job, outcome) in zip(jobs, outcomes) {
            #expect(outcome.code == job.code && outcome.output == "", "\(outcome)")
            try #require(outcome.messages.count == 1, "\(outcome)")
            #expect(outcome.messages[0].contains(job.name), "\(outcome)")
            #expect(job.word == "" || outcome.messages[0].contains(job.word), "\(outcome)")
          }
        }
      }
    }

    /// A quickly trained model of digits.
    private func trained(_ folder: TemporaryFolder) throws -> RunResult {
      let configuration = try folder.write(
        Experiments.digits("adam", training: "epochs: 1, batch: 30"), to: "a.yaml")
      let outcome = try Command(
        [configuration, "--run", folder.path("run"), "--quiet"]
      ).run()
      try #require(outcome.code == 0, "\(outcome)")
      return try RunResult(folder.path("run"))
    }

    /// The bytes with another text of the same length in the place of one that occurs.
    private func replaced(_ bytes: [UInt8], _ text: String, _ other: String) throws -> [UInt8] {
      let wanted = Array(text.utf8)
      let place = try #require(
        bytes.indices.first { bytes[$0...].starts(with: wanted) }, "\(text) does not occur")
      var bytes = bytes
      bytes.replaceSubrange(place..<place + wanted.count, with: other.utf8)
      return bytes
    }
  }
}
