import Formats
import Testing
import _TestSupport

extension EndToEnd {
  /// `nntrain check`: the layers, without training.
  @Suite struct CheckTests {
    @Test("the embedded digits: shapes, parameters and work, as a table and as JSON")
    func digits() throws {
      try withTemporaryFolder { folder in
        let table = try Command(["check"], in: folder.path).run()
        #expect(table.code == 0 && table.error == "", "\(table)")
        let rows = table.output.split(separator: "\n").map { line in
          line.split(separator: " ").map(String.init)
        }
        #expect(rows.contains(["conv_2", "32×8×8", "4,640", "294,912"]))
        #expect(rows.contains(["output", "10", "650", "640"]))
        #expect(table.output.contains("38,282 parameters, 337,536 multiply-adds per sample"))

        let json = try JSONValue(
          parsing: Command(["check", "--json", "--ranks", "3"], in: folder.path).run().output)
        let weights = [9 * 16, 9 * 16 * 32, 512 * 64, 64 * 10].reduce(0, +)
        #expect(json["parameters"]?.int == weights + 16 + 32 + 64 + 10)
        let work = [64 * 9 * 16, 64 * 9 * 16 * 32, 512 * 64, 64 * 10].reduce(0, +)
        #expect(json["multiply_adds"]?.int == work)
        #expect(json["ranks"]?.int == 3)
        #expect(json["batch"]?.int == 32 && json["shards"]?.int == 8)
        #expect(json["layers"]?.array?.last?["name"]?.string == "output")
        #expect(try folder.entries() == [])
      }
    }

    @Test("outputs are probabilities behind a penalty on them, and as the mean of branches")
    func shownActivation() throws {
      try withTemporaryFolder { folder in
        let penalized =
          "[flatten, {dense: {units: 10, activation: softmax, activity_regularizer: {l1: 1.0e-3}}}]"
        let mean =
          "[flatten, {parallel: {branches: [[{dense: {units: 10, activation: softmax}}],"
          + " [{dense: {units: 10, activation: softmax}}]], merge: mean}}]"
        let snapshots = "ensemble: {snapshots: {cycles: 2, combine: geometric_mean}}"
        let start =
          "data: digits\nobjective: categorical_crossentropy\noptimizer: sgd\ntraining: {epochs: 2}\n"
        for (index, model) in [penalized, mean].enumerated() {
          for rest in ["metrics: [auc]", "metrics: [bits_per_character]", snapshots] {
            let text = start + "model: \(model)\n" + rest
            let configuration = try folder.write(text, to: "a.yaml")
            let outcome = try Command(["check", configuration]).run()
            #expect(outcome.code == 0, "\(index) \(rest): \(outcome)")
          }
        }
        // What a reshape or a sum gives is no probability.
        let sum = mean.replacing("merge: mean", with: "merge: sum")
        let text = start + "model: \(sum)\nmetrics: [auc]"
        let outcome = try Command(["check", try folder.write(text, to: "a.yaml")]).run()
        #expect(outcome.code == 78, "\(outcome)")
      }
    }

    @Test("a convolutional network with a shortcut")
    func convolutional() throws {
      try withTemporaryFolder { folder in
        let configuration = try folder.write(Experiments.convolutional, to: "a.yaml")
        let json = try JSONValue(parsing: Command(["check", configuration, "--json"]).run().output)
        let layers = try #require(json["layers"]?.array)
        func layer(_ name: String) throws -> JSONValue {
          try #require(layers.first { $0["name"]?.string == name }, "no \(name)")
        }
        // Convolutions on 8×8 and 4×4 images; the projection of 6 to 12 channels has no bias.
        #expect(try layer("conv_1")["output"]?.array?.map(\.int) == [6, 8, 8])
        #expect(try layer("conv_1")["parameters"]?.int == 6 * 9 + 6)
        #expect(try layer("conv_1")["multiply_adds"]?.int == 6 * 9 * 64)
        #expect(try layer("conv_2")["parameters"]?.int == 9 * 6 * 9 + 9)
        #expect(try layer("conv_3")["multiply_adds"]?.int == 12 * 9 * 9 * 16)
        let total = 60 + 495 + (12 * 9 * 9 + 12) + 12 * 6 + (12 * 10 + 10)
        #expect(json["parameters"]?.int == total)
        #expect(layers.compactMap { $0["parameters"]?.int }.reduce(0, +) == total)
      }
    }

    @Test("every shipped configuration passes, or names the data that it needs")
    func shipped() throws {
      let folder = Files.repository.appendingPathComponent("configs").path
      let names = Files.entries(folder).filter { $0.hasSuffix(".yaml") && !$0.hasPrefix("mnist") }
      #expect(names.count >= 4)
      try withTemporaryFolder { empty in
        for name in names {
          let outcome = try Command(
            ["check", folder + "/" + name], environment: ["NNTRAIN_DATA": empty.path]
          ).run()
          let needsData = !name.hasPrefix("digits")
          #expect(outcome.code == (needsData ? 66 : 0), "\(name): \(outcome)")
          if needsData { #expect(outcome.error.contains(empty.path)) }
        }
      }
    }
  }
}
