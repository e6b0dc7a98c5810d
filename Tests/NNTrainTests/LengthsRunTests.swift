import Testing
import _TestSupport

extension EndToEnd {
  /// Sequences whose lengths are known: by numbers of their own, or by records that end early.
  @Suite struct LengthsRunTests {
    private static let (samples, steps) = (23, 4)

    private static func length(_ i: Int) -> Int { 1 + i * 3 % steps }

    /// Number j of step t of sample i; never zero.
    private static func value(_ i: Int, _ t: Int, _ j: Int) -> Float {
      Float((i * 7 + t * 5 + j * 3) % 11) / 8 - 0.6
    }

    /// All sequences, with `filling` behind their ends.
    private static func sequences(filling: Float, inDouble: Bool = false) -> [UInt8] {
      var x: [Float] = []
      for i in 0..<samples {
        for t in 0..<steps {
          for j in 0..<2 { x.append(t < length(i) ? value(i, t, j) : filling) }
        }
      }
      guard inDouble else { return BinaryFiles.npy([samples, steps, 2], x) }
      // The numbers that a table of the same digits holds.
      return BinaryFiles.npy([samples, steps, 2], doubles: x.map { Double("\($0)") ?? 0 })
    }

    private static let header = "kind," + (0..<steps).map { "a\($0),b\($0)" }.joined(separator: ",")

    /// The same as a table whose records end with their sequences.
    private static let ragged =
      header + "\n"
      + (0..<samples).map { i in
        "\(i % 2)"
          + (0..<length(i)).map { ",\(value(i, $0, 0)),\(value(i, $0, 1))" }.joined()
          // Now and then the empty fields of a spreadsheet.
          + (i % 5 == 0 ? String(repeating: ",", count: 2 * (steps - length(i))) : "") + "\n"
      }.joined()

    /// The same with a column of lengths, and nonsense behind the ends.
    private static let measured =
      header + ",n\n"
      + (0..<samples).map { i in
        "\(i % 2)"
          + (0..<steps).map { t in
            t < length(i) ? ",\(value(i, t, 0)),\(value(i, t, 1))" : ",x,"
          }.joined() + ",\(length(i))\n"
      }.joined()

    private static func experiment(_ source: String, _ first: String, rest: String = "") -> String {
      """
      seed: 6
      data: {train: {\(source)}\(rest)}
      model: [\(first), {lstm: {units: 5, return_sequences: true}}, {gru: {units: 4}}, {dense: {units: 2}}]
      objective: sparse_categorical_crossentropy
      optimizer: {adam: {learning_rate: 0.02}}
      training: {epochs: 3, batch: 7, shards: 3, micro_batch: 2}
      """
    }

    private static let arrays = "inputs: x.npy, targets: t.npy"
    private static let lengths = "inputs: junk.npy, targets: t.npy, lengths: n.npy"
    private static let byColumn =
      "path: n.csv, header: true, target: kind, lengths: {of: n, features: 2}"
    private static let byEnd = "path: r.csv, header: true, target: kind, ragged: true"
    private static let reshaped = "{reshape: [4, 2]}, masking: lengths"

    private func write(_ folder: TemporaryFolder) throws {
      try folder.write(Self.sequences(filling: 0), to: "x.npy")
      try folder.write(Self.sequences(filling: 9), to: "junk.npy")
      let (n, s) = (Self.samples, Self.samples)
      try folder.write(
        BinaryFiles.npy([n], (0..<n).map { Float(Self.length($0)) }), to: "n.npy")
      try folder.write(BinaryFiles.npy([s], (0..<s).map { Float($0 % 2) }), to: "t.npy")
      try folder.write(Self.ragged, to: "r.csv")
      try folder.write(Self.measured, to: "n.csv")
    }

    private func train(
      _ folder: TemporaryFolder, _ name: String, _ text: String, ranks: Int? = nil,
      _ words: [String] = []
    ) throws -> String {
      try folder.write(text, to: name + ".yaml")
      let outcome = try Command(
        [name + ".yaml", "--run", name, "--quiet"] + words, ranks: ranks, in: folder.path
      ).run()
      try #require(outcome.code == 0 && outcome.messages == [], "\(outcome)")
      return try RunResult(folder.path(name)).digest
    }

    @Test("lengths, and records that end early, give the bits of sequences padded by a number")
    func same() throws {
      try withTemporaryFolder { folder in
        try write(folder)
        let padded = try train(folder, "padded", Self.experiment(Self.arrays, "masking"))
        #expect(
          try train(
            folder, "lengths", Self.experiment(Self.lengths, "masking: lengths"), ranks: 3)
            == padded)
        #expect(
          try train(folder, "column", Self.experiment(Self.byColumn, Self.reshaped)) == padded)
        let end = Self.experiment(Self.byEnd, Self.reshaped)
        _ = try train(folder, "end", end, ranks: 2, ["--epochs", "1"])
        #expect(try train(folder, "end", end, ["--resume"]) == padded)
        func predict(_ run: String, _ file: String) throws -> String {
          let outcome = try Command(["predict", run, "--input", file], in: folder.path).run()
          try #require(outcome.code == 0, "\(outcome)")
          return outcome.output
        }
        let answers = try predict("padded", "x.npy").split(separator: "\n").dropFirst()
        #expect(
          try predict("end", "r.csv").split(separator: "\n").dropFirst() == answers)
        #expect(
          try predict("column", "n.csv").split(separator: "\n").dropFirst() == answers)
        // Statistics are those of what there is, one per feature in every form of the data. Tables are
        // scaled in double precision, and so are arrays of it.
        try folder.write(Self.sequences(filling: 9, inDouble: true), to: "junk.npy")
        for step in ["standardize", "min_max"] {
          let scaled = ", preprocess: [\(step)]"
          let array = try train(
            folder, "array \(step)",
            Self.experiment(Self.lengths, "masking: lengths", rest: scaled))
          let column = try train(
            folder, "column \(step)", Self.experiment(Self.byColumn, Self.reshaped, rest: scaled))
          #expect(array == column && array != padded)
        }
        // Ids go through the mask before they are looked up.
        let words =
          "id,w0,w1,w2\n"
          + (0..<9).map { "\($0 % 2),\($0 % 4)" + ($0 % 3 == 0 ? "" : ",3") + "\n" }.joined()
        try folder.write(words, to: "w.csv")
        _ = try train(
          folder, "ids",
          Self.experiment(
            "path: w.csv, header: true, target: id, ragged: true",
            "masking: lengths, {embedding: {vocabulary: 4, units: 3}}"))
      }
    }

    @Test("lengths that can't be are refused with their line or sample")
    func refused() throws {
      func column(_ length: String) -> [String: [UInt8]] {
        ["n.csv": Array(Self.measured.replacing(",4\n", with: ",\(length)\n").utf8)]
      }
      func lengths(_ values: [Float]) -> [String: [UInt8]] {
        [
          "junk.npy": Self.sequences(filling: 9), "n.npy": BinaryFiles.npy([values.count], values),
          "t.npy": BinaryFiles.npy([Self.samples], (0..<Self.samples).map { Float($0 % 2) }),
        ]
      }
      let table = Self.experiment(Self.byColumn, Self.reshaped)
      let files = Self.experiment(Self.lengths, "masking: lengths")
      let end = Self.experiment(Self.byEnd, Self.reshaped)
      var wrong = [Float](repeating: 2, count: Self.samples)
      wrong[5] = 0
      try FailureCase.check(
        [
          FailureCase(
            "no step", configuration: table, files: column("0"), code: 65,
            says: "n.csv:3: column 9 (\"n\") gives the length \"0\"", "1 to 4 steps"),
          FailureCase(
            "more than there are", configuration: table, files: column("5"), code: 65,
            says: "n.csv:3:", "gives the length \"5\""),
          FailureCase(
            "an array with no step", configuration: files, files: lengths(wrong), code: 65,
            says: "n.npy: sample 5 has the length 0"),
          FailureCase(
            "too few lengths", configuration: files, files: lengths([1, 2]), code: 65,
            says: "holds 2 lengths for the 23 samples"),
          FailureCase(
            "a record without inputs", configuration: end,
            files: ["r.csv": Array((Self.header + "\n1,2,3\n0,,\n").utf8)], code: 65,
            says: "r.csv:3: the sequence has no step"),
          FailureCase(
            "a record that is too long", configuration: end,
            files: ["r.csv": Array((Self.header + "\n1,2,3\n0,1,2,3,4,5,6,7,8,9\n").utf8)],
            code: 65,
            says: "r.csv:3: 10 fields where 9 are expected"),
          FailureCase(
            "half a step", configuration: end,
            files: ["r.csv": Array((Self.header + "\n1,2,3\n0,1,2,3\n").utf8)], code: 65,
            says: "sample 1", "ends within a step: of the 2 numbers of step 1 1 are missing"),
          FailureCase(
            "nobody heeds lengths",
            configuration: Self.experiment(Self.byEnd, "{reshape: [4, 2]}"),
            files: ["r.csv": Array(Self.ragged.utf8)], code: 78, says: "put `masking: lengths`"),
          FailureCase(
            "there are no lengths",
            configuration: Self.experiment(
              Self.byEnd.replacing(", ragged: true", with: ""), Self.reshaped),
            files: [
              "r.csv": Array((Self.header + "\n1,1,2,3,4,5,6,7,8\n0,1,2,3,4,5,6,7,9\n").utf8)
            ],
            code: 78, says: "the training data tell no lengths"),
          FailureCase(
            "no header",
            configuration: end.replacing("header: true, target: kind", with: "target: 0"),
            files: ["r.csv": Array(Self.ragged.utf8)], code: 78,
            says: "data.train.ragged needs a header line"),
        ], ranks: [nil])
    }
  }
}
