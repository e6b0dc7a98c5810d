import Formats
import Testing
import _TestSupport

extension EndToEnd {
  /// Runs on sequences with padded steps and on stretches of time series.
  @Suite struct PaddedRunTests {
    private static let samples = 47
    private static let steps = 5

    /// Sequences of 1 to 5 steps of two numbers, padded with zeros; each step tells whether the first
    /// numbers so far add up to more than the second ones.
    private static let files: [String: [UInt8]] = {
      var (x, each, last): ([Float], [Float], [Float]) = ([], [], [])
      for i in 0..<samples {
        var sum: Float = 0
        for t in 0..<steps {
          let (a, b) = (Float((i * 7 + t * 5) % 11) / 5 - 1, Float((i * 3 + t * 8) % 13) / 6 - 1)
          let isPadding = t > (i * 5) % steps
          x += isPadding ? [0, 0] : [a, b + 0.01]
          if !isPadding { sum += a - b }
          each.append(isPadding ? 0 : sum > 0 ? 1 : 0)
        }
        last.append(sum > 0 ? 1 : 0)
      }
      return [
        "x.npy": BinaryFiles.npy([samples, steps, 2], x),
        "each.npy": BinaryFiles.npy([samples, steps], each),
        "last.npy": BinaryFiles.npy([samples, 1], last),
      ]
    }()

    private static func experiment(
      targets: String = "each.npy", model: String, rest: String = ""
    ) -> String {
      """
      seed: 6
      data: {train: {inputs: x.npy, targets: \(targets)}, split: {validation: 0.2, test: 0.1}\(rest)}
      model: [\(model)]
      objective: sparse_categorical_crossentropy
      metrics: [accuracy, confusion_matrix]
      optimizer: {adam: {learning_rate: 0.02}}
      training: {epochs: 4, batch: 11, shards: 4, micro_batch: 2}
      """
    }

    private static let each = experiment(
      model: """
        masking, {bidirectional: {layer: {lstm: {units: 6, return_sequences: true}}}}, dropout: 0.1, \
        {gru: {units: 5, return_sequences: true, truncate: 3}}, {dense: {units: 2}}
        """)

    private static let last = experiment(
      targets: "last.npy",
      model:
        "masking, {simple_rnn: {units: 6, return_sequences: true}}, {lstm: {units: 5}}, {dense: {units: 2}}"
    )

    @Test(
      "padded sequences, judged at each step and at the end, on any ranks and gone on with",
      arguments: [each, last])
    func padded(experiment: String) throws {
      try withTemporaryFolder { folder in
        for (name, bytes) in Self.files { try folder.write(bytes, to: name) }
        try folder.write(experiment, to: "a.yaml")
        func train(_ run: String, _ ranks: Int?, _ words: [String] = []) throws {
          let outcome = try Command(
            ["a.yaml", "--run", run] + words, ranks: ranks, in: folder.path
          )
          .run()
          try #require(outcome.code == 0 && outcome.messages == [], "\(outcome)")
        }
        try train("alone", nil)
        try train("three", 3)
        try train("parts", 2, ["--epochs", "1"])
        try train("parts", 4, ["--resume", "--epochs", "4"])
        let alone = try RunResult(folder.path("alone"))
        for other in ["three", "parts"] {
          #expect(try RunResult(folder.path(other)).invariant == alone.invariant, "\(other)")
        }
        let all = alone.answers("train") + alone.answers("validation") + alone.answers("test")
        #expect(all == (experiment == Self.each ? Self.unpadded : Self.samples))
      }
    }

    /// The steps that are no padding.
    private static let unpadded = (0..<samples).reduce(0) { $0 + ($1 * 5) % steps + 1 }

    private static func wrong(
      _ name: String, model: String, rest: String = "", split: String? = nil, x: [Float]? = nil,
      steps: Int = steps, code: Int32 = 78, says: [String]
    ) -> FailureCase {
      var files = files
      if let x { files["x.npy"] = BinaryFiles.npy([samples, steps, 2], x) }
      files["long.npy"] = BinaryFiles.npy(
        [samples, 6, 2], [Float](repeating: 1, count: samples * 12))
      var failure = FailureCase(
        name,
        configuration: experiment(model: model, rest: rest)
          .replacing("validation: 0.2, test: 0.1", with: split ?? "validation: 0.2, test: 0.1"),
        files: files, code: code,
        says: "")
      failure.words = says
      return failure
    }

    private static let gru = "{gru: {units: 3, return_sequences: true}}, {dense: {units: 2}}"

    private static let failures = [
      wrong(
        "a sample that is all padding", model: "masking, \(gru)",
        x: [Float](repeating: 1, count: 30) + [Float](repeating: 0, count: 10)
          + [Float](repeating: 1, count: 430), code: 65,
        says: ["x.npy: sample 3 is all padding", "5 steps"]
      ),
      wrong(
        "sequences without a step", model: "masking, \(gru)", x: [], steps: 0, code: 65,
        says: ["x.npy", "a sample would hold none"]),
      wrong(
        "sequences longer than those of the training part", model: "masking, \(gru)",
        rest: ", validation: {inputs: long.npy, targets: each.npy}", split: "test: 0.1",
        says: ["long.npy", "[6, 2]", "[5, 2]"]),
      wrong(
        "padding taken for data", model: "masking, flatten, {dense: {units: 2}}",
        says: ["flatten_1", "takes padded steps for data"]),
      wrong("two masks", model: "masking, {masking: 3}, \(gru)", says: ["masking_2", "masking_1"]),
      wrong(
        "a mask of computed numbers", model: "{dense: {units: 2}}, masking, \(gru)",
        says: ["masking_1", "put the masking first"]),
      wrong(
        "padding that is moved", model: "masking, \(gru)", rest: ", preprocess: [standardize]",
        says: ["data.preprocess", "masking would not find it"]),
      wrong(
        "ids without an embedding", model: "flatten, masking, \(gru)",
        says: ["masking_1", "gets 10", "mask_zero: true"]),
    ]

    @Test("alone and on three ranks: one message, one exit code, nothing left", arguments: failures)
    func refuses(_ failure: FailureCase) throws {
      try failure.check(ranks: nil)
      if failure.code == 65 { try failure.check(ranks: 3) }
    }

    @Test("a recurrent gradient that explodes is named, with the clipping that helps")
    func explodes() throws {
      // A state of 0 stays 0, while its gradient grows 10⁴-fold from step to step.
      let table = (0..<8).map { "\($0 % 2)" + String(repeating: ",0", count: 12) + "\n" }.joined()
      let experiment = """
        data: {train: {path: a.csv, target: 0}}
        model:
          - reshape: [12, 1]
          - simple_rnn: {units: 2, recurrent_initializer: {constant: 10000}}
          - dense: {units: 2}
        objective: categorical_crossentropy
        optimizer: sgd
        training: {epochs: 1, batch: 8, shards: 2}
        """
      for (rest, remedy) in [("", "clip: {global_norm: 1}"), ("\nclip: {norm: 1}", "truncate")] {
        let failure = FailureCase(
          "an explosion", configuration: experiment + rest, files: ["a.csv": Array(table.utf8)],
          code: 79, says: "recurrent layer simple_rnn_1 has exploded", "12 steps", remedy)
        try withTemporaryFolder { folder in
          for (name, bytes) in failure.files { try folder.write(bytes, to: name) }
          let outcome = try Command(failure.arguments, ranks: 2, in: folder.path).run(timeout: 30)
          #expect(outcome.code == 79 && outcome.messages.count == 1, "\(outcome)")
          for word in failure.words {
            #expect(outcome.messages.first?.contains(word) == true, "\(outcome)")
          }
        }
      }
    }

    @Test("a time series is cut into windows in the order of time, and gone on with")
    func series() throws {
      try withTemporaryFolder { folder in
        let rows = (0..<60).map { "\($0),\(Float($0 % 6) + 0.1 * Float($0))\n" }.joined()
        try folder.write("t,y\n" + rows, to: "a.csv")
        try folder.write(
          """
          data:
            train: {path: a.csv, header: true, columns: [y], target: y, window: 6}
            split: {test: 0.2}
            preprocess: [min_max]
          model: [{lstm: {units: 8}}, {dense: {units: 1}}]
          objective: mean_squared_error
          optimizer: {adam: {learning_rate: 0.05}}
          training: {epochs: 30, batch: 9, shards: 3}
          """, to: "a.yaml")
        for (run, ranks) in [("one", nil), ("two", 2)] as [(String, Int?)] {
          let outcome = try Command(["a.yaml", "--run", run], ranks: ranks, in: folder.path).run()
          try #require(outcome.code == 0 && outcome.messages == [], "\(outcome)")
        }
        let one = try RunResult(folder.path("one"))
        #expect(try RunResult(folder.path("two")).invariant == one.invariant)
        let first = try #require(one.epochs.first?["train"]?["mean_absolute_error"]?.double)
        #expect(try #require(one.figure("train", "mean_absolute_error")) < first / 2)
        let predicted = try Command(["predict", "one", "--input", "a.csv"], in: folder.path).run()
        #expect(predicted.output.split(separator: "\n").count == 1 + 55, "\(predicted)")
        let random = try Command(
          ["a.yaml", "--run", "r", "--set", "data.split.order=random"], in: folder.path
        ).run()
        #expect(random.code == 78, "\(random)")
        #expect(random.messages.first?.contains("a time series follow one another") == true)
      }
    }
  }
}
