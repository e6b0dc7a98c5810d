import Testing
import _TestSupport

extension EndToEnd {
  /// What padding must not change: sequences of three steps, alone and somewhere among ten.
  @Suite struct PaddedEqualsWholeTests {
    private static let (samples, whole, padded) = (24, 3, 10)

    private static func value(_ i: Int, _ t: Int, _ j: Int) -> Float {
      Float((i * 7 + t * 5 + j * 3) % 13) / 9 - 0.7
    }

    /// The first step of a sequence among the padded ones.
    private static func start(_ i: Int) -> Int { i % (padded - whole + 1) }

    /// For every step of `steps`, where `t` counts those of the sequence, else nil.
    private static func places(_ steps: Int) -> [(i: Int, t: Int?)] {
      (0..<samples).flatMap { i in
        (0..<steps).map { step in
          let t = steps == whole ? step : step - start(i)
          return (i, (0..<whole).contains(t) ? t : nil)
        }
      }
    }

    private static func inputs(_ steps: Int) -> [UInt8] {
      BinaryFiles.npy(
        [samples, steps, 2],
        places(steps).flatMap { i, t in (0..<2).map { j in t.map { value(i, $0, j) } ?? 0 } })
    }

    /// Shares of three classes at each step, and zeros at what is padding; `wrong` stands at step 1 of sample 4.
    private static func shares(_ steps: Int, wrong: Float = 0) -> [UInt8] {
      BinaryFiles.npy(
        [samples, steps, 3],
        places(steps).flatMap { i, t -> [Float] in
          guard let t else { return [0, 0, 0] }
          let first: Float = (i + t) % 3 == 0 ? 0.75 : 0.25
          return [first, 0.25, 0.75 - first + (i == 4 && t == 1 ? wrong : 0)]
        })
    }

    private static let targets = BinaryFiles.npy(
      [samples], (0..<samples).map { Float(($0 * 5 / 3) % 2) })

    private static func experiment(
      _ inputs: String, targets: String = "t.npy", model: String,
      objective: String = "sparse_categorical_crossentropy"
    ) -> String {
      """
      seed: 6
      data: {train: {inputs: \(inputs), targets: \(targets)}}
      model: [masking, \(model)]
      objective: \(objective)
      optimizer: {adam: {learning_rate: 0.02}}
      training: {epochs: 3, batch: 7, shards: 3, micro_batch: 2}
      """
    }

    private static func truncated(_ steps: String) -> String {
      let dropping = "dropout: 0.2, recurrent_dropout: 0.3"
      return """
        {bidirectional: {layer: {lstm: {units: 3, return_sequences: true, \(dropping)\(steps)}}}}, \
        {activity_regularization: {l1: 0.02, l2: 0.05}}, \
        {gru: {units: 3, return_sequences: true, \(dropping)\(steps)}}, \
        {simple_rnn: {units: 3, \(dropping)\(steps)}}, {dense: {units: 2}}
        """
    }

    private func train(
      _ folder: TemporaryFolder, _ name: String, _ text: String, ranks: Int? = nil
    ) throws -> RunResult {
      try folder.write(text, to: name + ".yaml")
      let outcome = try Command(
        [name + ".yaml", "--run", name, "--quiet"], ranks: ranks, in: folder.path
      ).run()
      try #require(outcome.code == 0 && outcome.messages == [], "\(outcome)")
      return try RunResult(folder.path(name))
    }

    private func expectSame(_ one: RunResult, _ other: RunResult) throws {
      let (a, b) = (
        try #require(one.figure("train", "objective")),
        try #require(other.figure("train", "objective"))
      )
      #expect((a - b).magnitude < 1e-6 * a.magnitude, "\(a) \(b)")
    }

    @Test("gradients are cut, units dropped and activities penalized as if there were no padding")
    func truncation() throws {
      try withTemporaryFolder { folder in
        try folder.write(Self.inputs(Self.whole), to: "w.npy")
        try folder.write(Self.inputs(Self.padded), to: "p.npy")
        try folder.write(Self.targets, to: "t.npy")
        func run(_ file: String, _ steps: String, ranks: Int? = nil) throws -> RunResult {
          try train(
            folder, "\(file)\(steps.filter(\.isNumber))\(ranks ?? 0)",
            Self.experiment(file + ".npy", model: Self.truncated(steps)), ranks: ranks)
        }
        let all = try run("p", "")
        // Never longer than the sequences: nothing is cut, wherever these stand.
        #expect(try run("p", ", truncate: 4").digest == all.digest)
        let cut = try run("p", ", truncate: 2", ranks: 3)
        #expect(cut.digest != all.digest)
        #expect(try run("p", ", truncate: 2").digest == cut.digest)
        try expectSame(cut, run("w", ", truncate: 2"))
      }
    }

    @Test("shares are judged step by step behind branches, and checked where there is a step")
    func shares() throws {
      let model = """
        {lstm: {units: 3, return_sequences: true}}, \
        {parallel: {branches: [[{dropout: 0}], [{dense: {units: 3}}]], merge: sum}}, softmax
        """
      try withTemporaryFolder { folder in
        for (name, steps) in [("w", Self.whole), ("p", Self.padded)] {
          try folder.write(Self.inputs(steps), to: name + ".npy")
          try folder.write(Self.shares(steps), to: name + "t.npy")
        }
        func run(_ file: String) throws -> RunResult {
          try train(
            folder, file,
            Self.experiment(
              file + ".npy", targets: file + "t.npy", model: model,
              objective: "categorical_crossentropy"))
        }
        try expectSame(run("p"), run("w"))
      }
      try FailureCase(
        "shares that are none",
        configuration: Self.experiment(
          "p.npy", targets: "pt.npy", model: model, objective: "categorical_crossentropy"),
        files: ["p.npy": Self.inputs(Self.padded), "pt.npy": Self.shares(Self.padded, wrong: 0.5)],
        code: 65, says: "p.npy: sample 4 has at step 5 targets that add up to 1.5"
      ).check(ranks: nil)
    }
  }
}
