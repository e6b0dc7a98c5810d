import Formats
import Testing
import _TestSupport

extension EndToEnd {
  /// Small inputs in the form of public reports about other trainers: each is answered right or refused,
  /// never wrong without a message.
  @Suite struct SilentFaultTests {
    /// A classifier of the columns a and b of 48 records.
    private static let experiment = """
      data:
        train: {path: t.csv, header: true, target: y}
        split: {validation: 0.2}
      model:
        - dense: {units: 8, activation: tanh}
        - dense: {units: 2, activation: softmax}
      objective: categorical_crossentropy
      optimizer: {adam: {learning_rate: 0.02}}
      training: {epochs: 12, batch: 16}

      """

    private static let table =
      "a,b,y\n"
      + (0..<48).map {
        "\(($0 * 37) % 23 - 11),\(($0 * 53) % 19 - 9),\($0 % 2 == 0 ? "no" : "yes")\n"
      }
      .joined()

    /// Runs a command in `folder`, and expects that it ends with `code`.
    @discardableResult
    private func run(
      _ folder: TemporaryFolder, _ arguments: [String], code: Int32 = 0,
      sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> CommandOutcome {
      let outcome = try Command(arguments, in: folder.path).run()
      try #require(outcome.code == code, "\(outcome)", sourceLocation: sourceLocation)
      return outcome
    }

    @Test("a finished run refuses a changed configuration, naming the key")
    func changedKeys() throws {
      try withTemporaryFolder { folder in
        try folder.write(Self.table, to: "t.csv")
        try folder.write(Self.experiment + "early_stopping: 2\n", to: "a.yaml")
        try run(folder, ["a.yaml", "--run", "r", "--quiet"])
        let resume = ["a.yaml", "--run", "r", "--resume"]
        for (change, key) in [
          ("optimizer.learning_rate=0.5", "learning_rate"), ("model.0.units=99", "model.0"),
          ("early_stopping.patience=20", "early_stopping"),
          ("training.shards=3", "training.shards"),
        ] {
          let outcome = try run(folder, resume + ["--set", change], code: 78)
          #expect(outcome.messages.count == 1, "\(outcome)")
          #expect(outcome.messages.first?.contains(key) == true, "\(outcome.messages)")
          #expect(outcome.messages.first?.contains("the run in r is finished") == true)
        }
        // What may change does not matter, nor does the number of shards that it had.
        for changes in [[], ["training.shards=8"], ["checkpoints.keep=7"], ["name=b"]] {
          let outcome = try run(folder, resume + changes.flatMap { ["--set", $0] })
          #expect(outcome.output.contains("the run in r is finished"))
        }
      }
    }

    @Test("of a run directory with both, the ensemble is used and the single model named")
    func snapshotDirectory() throws {
      try withTemporaryFolder { folder in
        try folder.write(Self.table, to: "t.csv")
        try folder.write(
          Self.experiment.replacing("0.02", with: "0.2") + "ensemble: {snapshots: 3}\n",
          to: "a.yaml")
        try run(folder, ["a.yaml", "--run", "r", "--quiet"])
        let words = ["--data", "validation", "--json"]
        func figures(_ model: String) throws -> JSONValue {
          try JSONValue(parsing: run(folder, ["evaluate", model] + words).output)
        }
        let (directory, ensemble) = (try figures("r"), try figures("r/ensemble.json"))
        let single = try figures("r/model.safetensors")
        #expect(directory["objective"] == ensemble["objective"])
        #expect(directory["objective"] != single["objective"])
        #expect(directory["ensemble"]?.string == "r/ensemble.json")
        #expect(single["ensemble"] == nil)
        let told = try run(folder, ["evaluate", "r", "--data", "validation"])
        #expect(told.output.contains("the single model is r/model.safetensors"), "\(told)")
        let predicted = try run(folder, ["predict", "r", "--input", "t.csv"])
        #expect(predicted.messages.first?.contains("r/ensemble.json") == true, "\(predicted)")
        let own = try run(folder, ["predict", "r/ensemble.json", "--input", "t.csv"])
        #expect(own.output == predicted.output && own.messages == [])
      }
    }

    @Test("predictions of several targets carry the targets' names")
    func targetNames() throws {
      try withTemporaryFolder { folder in
        try folder.write("a,logp,qed\n1,2,3\n2,3,5\n3,1,4\n4,0,1\n", to: "t.csv")
        try folder.write(
          """
          data: {train: {path: t.csv, header: true, target: [logp, qed]}}
          model: [{dense: {units: 2}}]
          objective: mse
          optimizer: adam
          training: {epochs: 1, batch: 4}
          """, to: "a.yaml")
        try run(folder, ["a.yaml", "--run", "r", "--quiet"])
        let outcome = try run(folder, ["predict", "r", "--input", "t.csv"])
        #expect(outcome.output.hasPrefix("predicted_logp,predicted_qed\n"), "\(outcome.output)")
      }
    }

    @Test("a configuration may begin with a byte order mark")
    func byteOrderMark() throws {
      try withTemporaryFolder { folder in
        try folder.write(Self.table, to: "t.csv")
        try folder.write("\u{FEFF}" + Self.experiment, to: "bom.yaml")
        try run(folder, ["check", "bom.yaml"])
      }
    }

    @Test(
      "characters that move the cursor or forge a line are escaped on the screen and in the log")
    func controlCharacters() throws {
      let forged = "x\n\u{1B}[31mnntrain: all is well\u{202E}"
      try withTemporaryFolder { folder in
        try folder.write(Self.table, to: "t.csv")
        try folder.write(Self.experiment, to: "a.yaml")
        let quoted = "\"x\\n\\e[31mnntrain: all is well\\u202E\""
        let name = "name=\"x\\u202Enntrain: all is well\""
        let trained = try run(folder, ["a.yaml", "--run", "r", "--set", name])
        let shown = "x\\n\\u{1b}[31mnntrain: all is well\\u{202e}"
        let log = try folder.text(of: "r/log.txt")
        for text in [trained.output, log] {
          #expect(text.contains("x\\u{202e}nntrain: all is well: 38 training"), "\(text)")
          #expect(!text.contains("\u{1B}") && !text.contains("\u{202E}"))
        }
        let absent = try run(
          folder,
          [
            "a.yaml", "--run", "q", "--set", "data.train.path=\(quoted)",
            "--set", "data.train.format=csv",
          ], code: 66)
        #expect(absent.messages.count == 1, "\(absent)")
        #expect(absent.messages.first?.contains(shown) == true, "\(absent.messages)")
        let model = try run(folder, ["evaluate", forged], code: 66)
        #expect(model.messages.count == 1 && model.messages.first?.contains(shown) == true)
      }
    }
  }
}
