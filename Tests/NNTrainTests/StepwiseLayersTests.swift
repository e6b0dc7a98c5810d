import Testing
import _TestSupport

extension EndToEnd {
  /// A class per pixel, and layers of each step of a sequence, from the files on.
  @Suite struct StepwiseLayersTests {
    private func train(
      _ folder: TemporaryFolder, _ name: String, _ text: String, ranks: Int? = nil
    ) throws -> String {
      try folder.write(text, to: "a.yaml")
      let outcome = try Command(
        ["a.yaml", "--run", name, "--quiet"], ranks: ranks, in: folder.path
      ).run()
      try #require(outcome.code == 0 && outcome.messages == [], "\(outcome)")
      return try RunResult(folder.path(name)).digest
    }

    @Test("every pixel has a class, on any number of ranks")
    func pixels() throws {
      try withTemporaryFolder { folder in
        let x: [Float] = (0..<144).map { (i: Int) -> Float in Float(i * 7 % 19) / 9 - 1 }
        try folder.write(BinaryFiles.npy([12, 1, 3, 4], x), to: "x.npy")
        try folder.write(BinaryFiles.npy([12, 3, 4], x.map { $0 > 0 ? 1 : 0 }), to: "t.npy")
        let text = """
          seed: 2
          data: {train: {inputs: x.npy, targets: t.npy}}
          model:
            - conv2d: {filters: 5, kernel: 3, padding: same, activation: relu}
            - conv2d: {filters: 2, kernel: 1}
            - pixel_sequence
            - softmax
          objective: sparse_categorical_crossentropy
          metrics: [accuracy, bits_per_character]
          optimizer: {adam: {learning_rate: 0.05}}
          training: {epochs: 40, batch: 6, shards: 3}
          """
        let digest = try train(folder, "one", text)
        #expect(try train(folder, "three", text, ranks: 3) == digest)
        let answers = try Command(["predict", "one", "--input", "x.npy"], in: folder.path).run()
        let rows = answers.output.split(separator: "\n").dropFirst().map {
          $0.split(separator: ",")
        }
        #expect(answers.code == 0 && rows.count == 144, "\(answers)")
        let right = zip(rows, x).filter { $0[2] == ($1 > 0 ? "1" : "0") }.count
        #expect(right > 130, "\(right) of 144")
        // Without it the message names the layer that is missing.
        try folder.write(text.replacing("  - pixel_sequence\n", with: ""), to: "b.yaml")
        let refused = try Command(["check", "b.yaml"], in: folder.path).run()
        #expect(refused.code == 78, "\(refused)")
        #expect(refused.messages.first?.contains("`pixel_sequence` behind 2 channels") == true)
      }
    }

    @Test("branches, normalization, projections and penalties of steps behind a mask")
    func steps() throws {
      try withTemporaryFolder { folder in
        let ids: [Float] = (0..<100).map { (i: Int) -> Float in
          let isPadding = i % 5 >= 2 + i / 5 % 4
          return isPadding ? 0 : Float(1 + i * 3 % 6)
        }
        try folder.write(BinaryFiles.npy([20, 5], ids), to: "x.npy")
        try folder.write(
          BinaryFiles.npy([20], (0..<20).map { $0 % 3 == 0 ? -1 : 1 }), to: "t.npy")
        let text = """
          seed: 2
          data: {train: {inputs: x.npy, targets: t.npy}}
          model:
            - embedding: {vocabulary: 7, units: 4, mask_zero: true, l2: 1.0e-2}
            - parallel:
                branches:
                  - [{lstm: {units: 3, return_sequences: true}}]
                  - [{gru: {units: 2, return_sequences: true}}]
                merge: concatenate_features
            - layer_normalization: {per_step: true}
            - residual: [{gru: {units: 6, return_sequences: true}}]
            - gru: {units: 3}
            - dense: {units: 1}
          objective: hinge
          metrics: [accuracy]
          optimizer: {adam: {learning_rate: 0.02}}
          training: {epochs: 2, batch: 8, shards: 3}
          """
        let digest = try train(folder, "one", text)
        #expect(try train(folder, "two", text, ranks: 2) == digest)
        let other = try train(folder, "plain", text.replacing(", l2: 1.0e-2", with: ""))
        #expect(other != digest)
        // The classes are called by what stands in the file.
        let answers = try Command(["predict", "one", "--input", "x.npy"], in: folder.path).run()
        let named = answers.output.split(separator: "\n").dropFirst().allSatisfy {
          $0.hasPrefix("-1") || $0.hasPrefix("1")
        }
        #expect(answers.code == 0 && named, "\(answers)")
      }
    }
  }
}
