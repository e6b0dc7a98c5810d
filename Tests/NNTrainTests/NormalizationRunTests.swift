import Formats
import Testing
import _TestSupport

extension EndToEnd {
  /// Runs whose networks measure statistics: they are saved, gone on with, taken over and reported.
  @Suite struct NormalizationRunTests {
    @Test(
      "a cut run goes on with its statistics, on other ranks, to the same bits",
      arguments: [
        Experiments.normalized, Experiments.synchronized + "\nparallel: {shared_memory: false}",
      ])
    func resume(experiment: String) throws {
      try withTemporaryFolder { folder in
        let configuration = try folder.write(experiment, to: "a.yaml")
        func train(_ run: String, ranks: Int?, _ words: [String]) throws -> RunResult {
          let outcome = try Command(
            [configuration, "--run", folder.path(run), "--quiet"] + words, ranks: ranks
          ).run(timeout: 120)
          try #require(outcome.code == 0 && outcome.messages == [], "\(outcome)")
          return try RunResult(folder.path(run))
        }
        let whole = try train("whole", ranks: 2, [])
        let cut = try train("cut", ranks: 3, ["--epochs", "1"])
        #expect(cut.digest != whole.digest)
        let rest = try train("cut", ranks: nil, ["--resume", "--epochs", "2"])
        #expect(rest.digest == whole.digest)
        #expect(
          try Files.bytes(rest.path + "/model.safetensors")
            == Files.bytes(whole.path + "/model.safetensors"))
        let model = try SafetensorsReader(path: whole.path + "/model.safetensors")
        for (name, still) in [("first.running_mean", 0), ("last.running_var", 1)]
          as [(String, Float)]
        {
          let tensor = try model.tensor(name)
          var values = [Float](repeating: .nan, count: tensor.shape.count)
          var span = values.mutableSpan
          try model.read(name, shape: tensor.shape, into: &span)
          #expect(values.allSatisfy { $0 != still }, "\(name) was never measured")
        }
      }
    }

    @Test("the table counts what is learnt, and warns of few samples per statistic")
    func check() throws {
      try withTemporaryFolder { folder in
        let configuration = try folder.write(Experiments.normalized, to: "a.yaml")
        let outcome = try Command(["check", configuration]).run()
        #expect(outcome.code == 0, "\(outcome)")
        let rows = outcome.output.split(separator: "\n").map { line in
          line.split(separator: " ").map(String.init)
        }
        #expect(rows.contains(["first", "6×8×8", "12"]))
        #expect(rows.contains(["last", "16", "32"]))
        #expect(
          outcome.output.contains("last has shards of a single sample, which are normalized by"))
        #expect(outcome.output.contains("last takes its statistics over 3 values in some shards"))
      }
    }

    @Test("statistics over minibatches: their memory, their size, and who brings what is no number")
    func synchronized() throws {
      try withTemporaryFolder { folder in
        let configuration = try folder.write(Experiments.synchronized, to: "a.yaml")
        func bytes(_ configuration: String, ranks: Int) throws -> Int {
          let outcome = try Command(["check", configuration, "--json", "--ranks", "\(ranks)"]).run()
          try #require(outcome.code == 0, "\(outcome)")
          return try #require(
            try JSONValue(parsing: outcome.output)["memory_per_rank"]?.int, "\(outcome)")
        }
        let plain = try folder.write(Experiments.normalized, to: "plain.yaml")
        let own = try bytes(plain, ranks: 1)
        let (alone, shared) = (
          try bytes(configuration, ranks: 1), try bytes(configuration, ranks: 3)
        )
        #expect(alone > shared && shared > own, "\(alone) \(shared) \(own)")
        // Samples 0 to 11 in four shards; one holds a number that is too large.
        try folder.write(
          (0..<12).map { "\($0 == 7 ? "3e38" : "0.\($0)"),0.5,\($0 % 2)\n" }.joined(),
          to: "data.csv")
        let small = try folder.write(
          """
          data: {train: {path: data.csv}}
          model:
            - dense: {units: 4, initializer: {constant: 2}}
            - batch_normalization: {synchronized: true}
            - dense: {units: 2, activation: softmax}
          objective: categorical_crossentropy
          optimizer: sgd
          training: {epochs: 1, batch: 12, shards: 4}
          """, to: "small.yaml")
        let warned = try Command(["check", small]).run()
        #expect(
          warned.output.contains(
            "batch_norm_1 takes its statistics over 12 values in some minibatches"), "\(warned)")
        let single = try Command(["check", small, "--set", "training.batch=1"]).run()
        #expect(
          single.code == 78
            && single.messages.first?.contains("every minibatch holds one sample") == true,
          "\(single)")
        for ranks in [nil, 3] {
          let outcome = try Command(
            [small, "--run", folder.path("run-\(ranks ?? 1)"), "--quiet"], ranks: ranks
          ).run()
          #expect(outcome.code == 79 && outcome.messages.count == 1, "\(outcome)")
          let words = try #require(outcome.messages.first)
          let found = words.firstMatch(
            of: /brought by shard \d of 4, with the training samples ([\d, ]+);/)
          #expect(found?.1.split(separator: ", ").contains("7") == true, "\(words)")
        }
      }
    }

    @Test("nntrain starts from PyTorch's normalization, counters and all, and predicts as it does")
    func fromPyTorch() throws {
      let folderOfGolden = Files.repository.appendingPathComponent("Tests/Golden/interchange").path
      let json = try JSONValue(parsing: Files.text(folderOfGolden + "/normalized.json"))
      func numbers(_ key: String) -> [Float] {
        json[key]?.array?.compactMap { $0.double.map { Float($0) } } ?? []
      }
      try withTemporaryFolder { folder in
        // Updates so small that no bit changes, and statistics that keep what they are.
        let words = [
          "data={source: digits, take: 100}",
          "model=[{conv2d: {name: conv, filters: 3, kernel: 3, padding: same, use_bias: false}},"
            + " {batch_normalization: {name: norm, momentum: 1, epsilon: 1.0e-5}}, relu,"
            + " {max_pool2d: 2}, flatten, {dense: {name: hidden, units: 4}},"
            + " {batch_normalization: {name: hidden_norm, momentum: 1, epsilon: 1.0e-5}}, tanh,"
            + " {dense: {name: output, units: 10, activation: softmax}}]",
          "training={epochs: 1, batch: 20}", "optimizer={sgd: {learning_rate: 1.0e-30}}",
          "initialize_from=\(folderOfGolden)/normalized.safetensors",
        ]
        let outcome = try Command(
          ["--run", folder.path("run"), "--quiet"] + words.flatMap { ["--set", $0] }, ranks: 2
        ).run()
        try #require(outcome.code == 0, "\(outcome)")
        let input = numbers("inputs")
        let file = try folder.write(
          BinaryFiles.npy([input.count / 64, 1, 8, 8], input), to: "inputs.npy")
        let predicted = try Command(["predict", folder.path("run"), "--input", file]).run()
        try #require(predicted.code == 0, "\(predicted)")
        let found = predicted.output.split(separator: "\n").dropFirst().flatMap {
          $0.split(separator: ",").dropFirst().compactMap { Float($0) }
        }
        let wanted = numbers("pytorch")
        try #require(found.count == wanted.count && wanted.count == 40)
        for (found, wanted) in zip(found, wanted) { #expect(abs(found - wanted) < 1e-5) }
      }
    }
  }
}
