import Testing
import _TestSupport

extension EndToEnd {
  /// Other files than the training data, and what goes with sequences that end early.
  @Suite struct LengthsFilesTests {
    private static let (samples, steps) = (20, 5)

    private static func length(_ i: Int) -> Int { 1 + i * 3 % steps }

    private static func value(_ i: Int, _ t: Int) -> Float { Float((i * 7 + t * 5) % 11) / 8 - 0.6 }

    /// All sequences of one feature, with `filling` behind their ends.
    private static func sequences(_ filling: Float) -> [UInt8] {
      BinaryFiles.npy(
        [samples, steps, 1],
        (0..<samples).flatMap { i in
          (0..<steps).map { $0 < length(i) ? value(i, $0) : filling }
        })
    }

    private static let inputs = sequences(9)
    private static let targets = BinaryFiles.npy([samples], (0..<samples).map { Float($0 % 2) })
    private static let lengths = BinaryFiles.npy(
      [samples], (0..<samples).map { Float(length($0)) })

    /// The columns `columns` of a table: y, n or a step.
    private static func table(_ columns: [String], header: Bool = true) -> [UInt8] {
      let rows = (0..<samples).map { i in
        columns.map { column in
          switch column {
          case "y": "\(i % 2)"
          case "n": "\(length(i))"
          default: Int(column.dropFirst()).map { "\(value(i, $0))" } ?? ""
          }
        }.joined(separator: ",") + "\n"
      }
      return Array(((header ? columns.joined(separator: ",") + "\n" : "") + rows.joined()).utf8)
    }

    private static let files: [String: [UInt8]] = [
      "a.npz": BinaryFiles.npz([("x", inputs), ("t", targets), ("n", lengths)]),
      "x.npy": inputs, "t.npy": targets, "n.npy": lengths,
      "y.csv": table(["y", "n", "x0", "x1", "x2", "x3", "x4"]),
      // Without the target, and in another order.
      "p.csv": table(["x4", "x3", "x2", "x1", "x0", "n"]),
      "h.csv": table(["y", "n", "x0", "x1", "x2", "x3", "x4"], header: false),
      "hp.csv": table(["x0", "x1", "x2", "x3", "x4"], header: false),
    ]

    private static func experiment(
      _ source: String, model: String = "masking: lengths, {lstm: {units: 3}}, {dense: {units: 2}}",
      rest: String = "", objective: String = "sparse_categorical_crossentropy"
    ) -> String {
      """
      seed: 6
      data: {train: {\(source)}\(rest)}
      model: [\(model)]
      objective: \(objective)
      optimizer: {adam: {learning_rate: 0.02}}
      training: {epochs: 2, batch: 7, shards: 3, micro_batch: 2}
      """
    }

    private static let arrays = "path: a.npz, inputs: x, targets: t, lengths: n"
    private static let byIndex = "path: y.csv, header: true, target: y, lengths: 1"
    private static let row =
      "{reshape: [5, 1]}, masking: lengths, {lstm: {units: 3}}, {dense: {units: 2}}"

    private func run(_ words: [String], _ folder: TemporaryFolder) throws -> CommandOutcome {
      try Command(words, in: folder.path).run()
    }

    private func output(_ words: [String], _ folder: TemporaryFolder) throws -> String {
      let outcome = try run(words, folder)
      try #require(outcome.code == 0 && outcome.messages == [], "\(words): \(outcome)")
      return outcome.output
    }

    @Test("evaluate and predict find the arrays, the lengths and their column as training did")
    func otherFiles() throws {
      try withTemporaryFolder { folder in
        for (name, bytes) in Self.files { try folder.write(bytes, to: name) }
        for (run, text) in [
          ("arrays", Self.experiment(Self.arrays)),
          ("table", Self.experiment(Self.byIndex, model: Self.row)),
          (
            "headless",
            Self.experiment("path: h.csv, target: 0, lengths: 1", model: Self.row)
          ),
        ] {
          try folder.write(text, to: run + ".yaml")
          _ = try output([run + ".yaml", "--run", run, "--quiet"], folder)
        }
        let figures = try output(["evaluate", "arrays", "--data", "train", "--json"], folder)
        #expect(
          try output(["evaluate", "arrays", "--data", "a.npz", "--json"], folder) == figures)
        #expect(
          try output(
            [
              "evaluate", "arrays", "--data", "x.npy", "--targets", "t.npy", "--lengths", "n.npy",
              "--json",
            ], folder) == figures)
        let answers = try output(["predict", "arrays", "--input", "a.npz"], folder)
        #expect(
          try output(["predict", "arrays", "--input", "x.npy", "--lengths", "n.npy"], folder)
            == answers)
        // The three runs have learned from the same numbers.
        #expect(try output(["predict", "table", "--input", "p.csv"], folder) == answers)
        #expect(try output(["predict", "headless", "--input", "h.csv"], folder) == answers)
        for (words, code, says) in [
          (["predict", "arrays", "--input", "x.npy"], 64, "an NPY file with --lengths"),
          (
            ["predict", "table", "--input", "p.csv", "--lengths", "n.npy"], 64,
            "a table has a column of lengths"
          ),
          (["evaluate", "arrays", "--data", "train", "--lengths", "n.npy"], 64, "--lengths goes"),
          (["evaluate", "arrays", "--data", "test", "--targets", "t.npy"], 64, "--targets goes"),
          (["predict", "headless", "--input", "hp.csv"], 65, "that of the lengths among them"),
        ] as [([String], Int32, String)] {
          let outcome = try run(words, folder)
          #expect(outcome.code == code && outcome.error.contains(says), "\(words): \(outcome)")
        }
      }
    }

    /// What is refused, with the words of the message.
    private static let wrong: [FailureCase] = [
      FailureCase(
        "a test part that tells no lengths",
        configuration: experiment(arrays, rest: ", test: {path: a.npz, inputs: x, targets: t}"),
        files: files, code: 78, says: "a.npz[x] tells no lengths"),
      FailureCase(
        "a validation part that alone tells lengths",
        configuration: experiment(
          "path: a.npz, inputs: x, targets: t", model: "{lstm: {units: 3}}, {dense: {units: 2}}",
          rest: ", validation: {\(arrays)}"),
        files: files, code: 78, says: "a.npz[x] has sequences that end early"),
      FailureCase(
        "a table whose lengths stand elsewhere",
        configuration: experiment(
          byIndex, model: row,
          rest: ", test: {path: y.csv, header: true, target: y, lengths: 2}"),
        files: files, code: 78, says: "y.csv: its lengths or ragged are not those"),
      FailureCase(
        "ragged and lengths", configuration: experiment(byIndex + ", ragged: true", model: row),
        files: files, code: 78, says: "data.train.lengths and data.train.ragged exclude"),
      FailureCase(
        "a hole in a sequence",
        configuration: experiment(
          "path: hole.csv, header: true, target: y, ragged: true", model: row),
        files: ["hole.csv": Array("y,x0,x1,x2,x3,x4\n0,1,2\n1,1,,3\n".utf8)], code: 65,
        says: "hole.csv:3: column 2 (\"x1\") has no value", "up to its end; repair the record"),
      FailureCase(
        "steps without an embedding that are taken for features",
        configuration: experiment(
          byIndex, model: "masking: lengths, {dense: {units: 3}}, {dense: {units: 2}}"),
        files: files, code: 78, says: "dense_1", "takes the padded numbers 5 for data",
        "reshape: [5, 1]"),
      FailureCase(
        "ids that are changed at random",
        configuration: experiment(
          "path: y.csv, header: true, target: y, columns: [n]",
          model: "{embedding: {vocabulary: 9, units: 2}}, {lstm: {units: 3}}, {dense: {units: 2}}",
          rest: ", augment: [{gaussian_noise: 0.1}]"),
        files: files, code: 78, says: "data.augment.0: gaussian_noise", "embedding reads ids"),
      FailureCase(
        "padding that is changed at random",
        configuration: experiment(
          "inputs: x.npy, targets: t.npy",
          model: "{masking: 9}, {lstm: {units: 3}}, {dense: {units: 2}}",
          rest: ", augment: [{gaussian_noise: 0.1}]"),
        files: files, code: 78, says: "would change the padding", "`lengths`"),
      FailureCase(
        "sequences that are mixed",
        configuration: experiment(
          arrays, rest: ", augment: [mix_up]", objective: "categorical_crossentropy"),
        files: files, code: 78, says: "mix_up would change the padding"),
    ]

    @Test(
      "what does not go with lengths, masks and ids is refused", arguments: FailureBatch.of(wrong))
    func refused(_ batch: FailureBatch) throws {
      try FailureCase.check(batch.cases, ranks: [nil])
    }

    @Test("noise stays before the ends, and statistics are those of a feature in all steps")
    func prepared() throws {
      try withTemporaryFolder { folder in
        for (name, bytes) in Self.files { try folder.write(bytes, to: name) }
        try folder.write(Self.sequences(-3), to: "other.npy")
        func digest(_ name: String, _ text: String) throws -> String {
          try folder.write(text, to: name + ".yaml")
          _ = try output([name + ".yaml", "--run", name, "--quiet"], folder)
          return try RunResult(folder.path(name)).digest
        }
        func noisy(_ inputs: String) -> String {
          Self.experiment(
            "inputs: \(inputs), targets: t.npy, lengths: n.npy",
            rest: ", augment: [{gaussian_noise: 0.3}]")
        }
        let plain = try digest("plain", Self.experiment(Self.arrays))
        let changed = try digest("noisy", noisy("x.npy"))
        #expect(changed != plain)
        #expect(try digest("other", noisy("other.npy")) == changed)
        // One feature: the map of the array [samples, steps, 1] is that of the table's row, which is
        // applied in double precision.
        let scaled = ", preprocess: [standardize]"
        _ = try digest("row", Self.experiment(Self.byIndex, model: Self.row, rest: scaled))
        _ = try digest("array", Self.experiment(Self.arrays, rest: scaled))
        let objectives = try ["row", "array", "plain"].map {
          try #require(RunResult(folder.path($0)).figure("train", "objective"))
        }
        #expect(abs(objectives[0] - objectives[1]) < 1e-5 * objectives[1])
        #expect(abs(objectives[2] - objectives[1]) > 1e-3 * objectives[1])
      }
    }
  }
}
