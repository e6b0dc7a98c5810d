import Formats
import Testing
import _TestSupport

extension FailingEndToEnd {
  /// The step that diverged, computed once more.
  @Suite struct ReplayTests {
    /// Twelve samples of two numbers; number 7 has one that no product can take.
    private static let samples = (0..<12).map { row in
      "\(row == 7 ? "3e38" : "0.\(row)"),0.5,\(row % 2)"
    }.joined(separator: "\n")

    private func diverge(
      _ folder: TemporaryFolder, ranks: Int?, _ set: [String] = []
    ) throws -> String {
      try folder.write(Self.samples + "\n", to: "data.csv")
      let configuration = try folder.write(
        """
        data: {train: {format: csv, path: data.csv, header: false, target: -1}}
        model:
          - dense: {units: 4, activation: linear, initializer: {constant: 2}}
          - dropout: 0.1
          - dense: {units: 2, activation: softmax}
        objective: categorical_crossentropy
        optimizer: sgd
        training: {epochs: 3, batch: 12, shards: 4}
        """, to: "a.yaml")
      let run = folder.path("run-\(ranks ?? 1)")
      let outcome = try Command(
        [configuration, "--run", run, "--quiet"] + set.flatMap { ["--set", $0] }, ranks: ranks
      ).run()
      #expect(outcome.code == 79, "\(outcome)")
      try #require(outcome.messages.count == 1, "\(outcome)")
      let bundle = run + "/replay-step-1.safetensors"
      #expect(outcome.messages[0].hasSuffix("; nntrain replay \(bundle) shows where it begins"))
      return bundle
    }

    @Test(
      "layer, sample and operation, with the bits of the run",
      arguments: [(nil, []), (3, []), (2, ["data.augment=[{gaussian_noise: 0.1}]"])]
        as [(Int?, [String])])
    func finds(ranks: Int?, set: [String]) throws {
      try withTemporaryFolder { folder in
        let bundle = try diverge(folder, ranks: ranks, set)
        let outcome = try Command(["replay", bundle]).run()
        #expect(outcome.code == 0 && outcome.messages == [], "\(outcome)")
        let lines = outcome.output.split(separator: "\n")
        try #require(lines.count == 3, "\(outcome)")
        #expect(lines[0].hasPrefix("step 1, epoch 1, shard "))
        #expect(lines[0].contains(" of 4, training samples "))
        #expect(lines[1].hasSuffix("the same bits as in the run"), "\(outcome)")
        #expect(
          lines[2]
            == "first not finite: layer dense_1 (dense), forward pass: its output is inf for sample 7",
          "\(outcome)")
      }
    }

    @Test("other data, other bits and other files are told")
    func refuses() throws {
      try withTemporaryFolder { folder in
        let bundle = try diverge(folder, ranks: nil)
        try folder.write(Self.samples.replacing("0.5", with: "0.25") + "\n", to: "data.csv")
        let other = try Command(["replay", bundle]).run()
        #expect(other.code == 76, "\(other)")
        #expect(other.messages.first?.contains("has not the bits of the run") == true, "\(other)")
        try folder.write(
          Self.samples.split(separator: "\n").dropLast(6).joined(separator: "\n") + "\n",
          to: "data.csv")
        let fewer = try Command(["replay", bundle]).run()
        #expect(fewer.code == 78 || fewer.code == 65, "\(fewer)")
        #expect(fewer.messages.count == 1)
        let model = folder.path("run-1/checkpoints/step-0.safetensors")
        let foreign = try Command(["replay", model]).run()
        #expect(foreign.code == 65, "\(foreign)")
        #expect(foreign.messages.first?.contains("is no replay bundle") == true)
        #expect(try Command(["replay", folder.path("absent")]).run().code == 66)
      }
    }
  }
}
