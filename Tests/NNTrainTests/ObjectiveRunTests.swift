import Formats
import Testing
import _TestSupport

extension EndToEnd {
  /// Objectives, weights and metrics as a run meets them.
  @Suite struct ObjectiveRunTests {
    private static let metrics =
      "[accuracy, auc, f1, {precision: {average: micro}}, recall, confusion_matrix, "
      + "mean_squared_error, r_squared, cosine_similarity, categorical_hinge]"

    private static let digits =
      Experiments.digits("adam").replacing("[accuracy, {top_k_accuracy: 3}]", with: metrics)
      .replacing("take: 237,", with: "take: 237, class_weights: balanced,")

    /// 60 rows of two numbers, a weight, a quantity and a class.
    private static let table = (0..<60).map { i in
      let (x, z) = (Double(i * 7 % 23) / 23, Double(i * 5 % 19) / 19)
      return "\(x),\(z),\(i % 3),\(2 * x - z + 3),\(x > z ? "more" : "less")"
    }

    private func csv(_ objective: String, _ rest: String, target: Int, layer: String) -> String {
      """
      data:
        train: {path: a.csv, columns: [0, 1], target: \(target), weights: 2}
        split: {validation: 0.2, test: 0.2, order: sequential}
      model: [{dense: {units: 5, activation: tanh}}, {dense: {\(layer)}}]
      objective: \(objective)
      optimizer: {adam: {learning_rate: 0.02}}
      training: {epochs: 3, batch: 7, shards: 6}
      \(rest)
      """
    }

    @Test("counts, areas and sums are the same on 1, 2 and 3 ranks")
    func metricsDoNotDependOnRanks() throws {
      let regression = "metrics: [r_squared, mape, huber, cosine_similarity, rmse]"
      for experiment in [
        Self.digits,
        csv(
          "hinge", "reduction: weights\nmetrics: [accuracy, f1, confusion_matrix]", target: 4,
          layer: "units: 1"),
        csv("{huber: {delta: 0.5}}", regression, target: 3, layer: "units: 1"),
        csv(
          "binary_focal_crossentropy", "metrics: [auc, accuracy, precision]", target: 4,
          layer: "units: 1"),
      ] {
        try withTemporaryFolder { folder in
          try folder.write(Self.table.joined(separator: "\n") + "\n", to: "a.csv")
          try folder.write(experiment, to: "a.yaml")
          let outcomes = try Command.together(
            [nil, 2, 3].map { ranks in
              Command(
                ["a.yaml", "--run", "ranks-\(ranks ?? 1)", "--quiet"], ranks: ranks,
                in: folder.path)
            })
          for outcome in outcomes {
            try #require(outcome.code == 0 && outcome.messages == [], "\(outcome)")
          }
          let alone = try RunResult(folder.path("ranks-1"))
          for ranks in [2, 3] {
            let other = try RunResult(folder.path("ranks-\(ranks)"))
            #expect(other.invariant == alone.invariant, "\(ranks) ranks")
          }
        }
      }
    }

    @Test("the matrix is in the summary, and evaluate prints it by the classes' names")
    func confusionMatrix() throws {
      try withTemporaryFolder { folder in
        try folder.write(Self.table.joined(separator: "\n") + "\n", to: "a.csv")
        try folder.write(
          csv(
            "categorical_crossentropy", "metrics: [accuracy, confusion_matrix]", target: 4,
            layer: "units: 2"), to: "a.yaml")
        let run = folder.path("run")
        let outcome = try Command(["a.yaml", "--run", run, "--quiet"], in: folder.path).run()
        try #require(outcome.code == 0, "\(outcome)")
        let result = try RunResult(run)
        let rows = try #require(result.summary["test"]?["confusion_matrix"]?.array)
        let counts = rows.map { $0.array?.compactMap(\.int) ?? [] }
        #expect(counts.map(\.count) == [2, 2] && counts.joined().reduce(0, +) == 12)
        let accuracy = Double(counts[0][0] + counts[1][1]) / 12
        #expect(result.figure("test", "accuracy") == accuracy)
        #expect(result.epochs.last?["train"]?["confusion_matrix"] == nil)
        let told = try Command(["evaluate", run], ranks: 2, in: folder.path).run()
        let lines = told.output.split(separator: "\n").map(String.init)
        #expect(lines.contains { $0.hasPrefix("confusion_matrix") })
        let words = lines.map { $0.split(separator: " ").map(String.init) }
        #expect(words.contains(["true", "less", "more"]))
        #expect(words.contains(["less"] + counts[0].map(String.init)))
        let json = try JSONValue(
          parsing: Command(["evaluate", run, "--json"], in: folder.path).run().output)
        #expect(json["confusion_matrix"]?.serialized() == JSONValue.array(rows).serialized())
      }
    }

    @Test("a weighted mean is the mean of the samples, each so many times")
    func weightsAreRepetitions() throws {
      func train(_ rows: [String], weighted: Bool, _ rest: String) throws -> RunResult {
        var result: RunResult?
        try withTemporaryFolder { folder in
          try folder.write(rows.joined(separator: "\n") + "\n", to: "a.csv")
          let text = """
            data: {train: {path: a.csv, columns: [0, 1], target: 3\(weighted ? ", weights: 2" : "")}}
            model: [{dense: {units: 4, activation: tanh}}, {dense: {units: 1}}]
            objective: mse
            optimizer: {sgd: {learning_rate: 0.2}}
            training: {epochs: 40, batch: full}
            \(rest)
            """
          try folder.write(text, to: "a.yaml")
          let outcome = try Command(
            ["a.yaml", "--run", folder.path("run"), "--quiet"], in: folder.path
          ).run()
          try #require(outcome.code == 0, "\(outcome)")
          result = try RunResult(folder.path("run"))
        }
        return try #require(result)
      }
      let repeated = Self.table.enumerated().flatMap { i, row in Array(repeating: row, count: i % 3)
      }
      let wanted = try #require(train(repeated, weighted: false, "").figure("train", "objective"))
      let mean = try train(Self.table, weighted: true, "reduction: weights")
      let found = try #require(mean.figure("train", "objective"))
      #expect(abs(found - wanted) < 1e-5 * wanted, "\(found) \(wanted)")
      // The weights of 60 samples add up to 60: dividing by the samples changes nothing here.
      let sum = try #require(train(Self.table, weighted: true, "").figure("train", "objective"))
      #expect(abs(sum - wanted) < 1e-5 * wanted, "\(sum) \(wanted)")
      let unweighted = try #require(
        train(Self.table, weighted: false, "").figure("train", "objective"))
      #expect(abs(unweighted - wanted) > 1e-3 * wanted)
    }

    @Test("evaluate of a file weighs classes as the run did; metrics count every sample once")
    func evaluatedFilesHaveClassWeights() throws {
      try withTemporaryFolder { folder in
        try folder.write(Self.table.joined(separator: "\n") + "\n", to: "a.csv")
        // The whole table is the training part, so its figures are what the file has to give.
        let weighted = csv(
          "categorical_crossentropy", "metrics: [accuracy, categorical_crossentropy]", target: 4,
          layer: "units: 2"
        )
        .replacing("  split: {validation: 0.2, test: 0.2, order: sequential}\n", with: "")
        for (name, classes) in [
          ("plain", ""), ("weighted", "  class_weights: {more: 3, less: 0.5}\n"),
        ] {
          let text = weighted.replacing("model:", with: classes + "model:")
          try folder.write(text, to: "\(name).yaml")
          let trained = try Command(["\(name).yaml", "--run", name, "--quiet"], in: folder.path)
            .run()
          try #require(trained.code == 0 && trained.messages == [], "\(trained)")
          let wanted = try #require(RunResult(folder.path(name)).summary["train"]?.object)
          for ranks in [nil, 3] {
            let outcome = try Command(
              ["evaluate", name + "/model.safetensors", "--data", "a.csv", "--json"], ranks: ranks,
              in: folder.path
            ).run()
            try #require(outcome.code == 0 && outcome.messages == [], "\(outcome)")
            let found = try #require(JSONValue(parsing: outcome.output).object)
            for key in wanted.keys where key != "penalty" {
              #expect(found[key] == wanted[key], "\(name) \(key)")
            }
            // Weights are in the objective, and not in the metric of the same name.
            #expect(found["objective"] != found["categorical_crossentropy"])
          }
        }
      }
    }

    @Test("numbers that had to be clipped are told once, with their count")
    func clippedNumbersAreCounted() throws {
      try withTemporaryFolder { folder in
        let rows = (0..<20).map { "\($0),\($0 % 4)" }
        try folder.write(rows.joined(separator: "\n") + "\n", to: "a.csv")
        try folder.write(
          """
          data: {train: {path: a.csv}}
          model: [{dense: {units: 1}}]
          objective: mape
          optimizer: {sgd: {learning_rate: 1.0e-12}}
          training: {epochs: 2, batch: 5}
          """, to: "a.yaml")
        let outcome = try Command(["a.yaml", "--run", "run"], in: folder.path).run()
        try #require(outcome.code == 0, "\(outcome)")
        let notes = outcome.output.split(separator: "\n").filter { $0.hasPrefix("note: ") }
        #expect(notes.count == 1 && notes[0].contains("5 numbers of the training part"), "\(notes)")
        #expect(try RunResult(folder.path("run")).summary["train"]?["clipped"]?.int == 5)
      }
    }

    @Test("check tells of unusual pairs and of more parameters than samples can fill")
    func check() throws {
      try withTemporaryFolder { folder in
        try folder.write(Self.table.joined(separator: "\n") + "\n", to: "a.csv")
        func notes(_ objective: String, _ layer: String) throws -> [String] {
          try folder.write(csv(objective, "", target: 3, layer: layer), to: "a.yaml")
          let outcome = try Command(["check", "a.yaml"], in: folder.path).run()
          try #require(outcome.code == 0, "\(outcome)")
          return outcome.output.split(separator: "\n").map(String.init)
            .filter { $0.hasPrefix("note: ") }
        }
        #expect(try notes("mse", "units: 1") == [])
        let relu = try notes("mse", "units: 1, activation: relu")
        #expect(relu.count == 1 && relu[0].contains("relu at the output is unusual"))
        let wide = csv("mse", "", target: 3, layer: "units: 1").replacing(
          "units: 5", with: "units: 90")
        try folder.write(wide, to: "b.yaml")
        let outcome = try Command(["check", "b.yaml"], in: folder.path).run()
        #expect(outcome.output.contains("361 parameters are 10 times the 36 training samples"))
      }
    }

    private static func failing(
      _ name: String, _ objective: String, rows: [String], target: String = "-1", units: Int = 1,
      rest: String = "", code: Int32 = 65, says words: [String]
    ) -> FailureCase {
      var failure = FailureCase(
        name,
        configuration: """
          data: {train: {path: a.csv, target: \(target)}\(rest)}
          model: [{dense: {units: \(units)}}]
          objective: \(objective)
          optimizer: sgd
          training: {epochs: 1, batch: 2}
          """, files: ["a.csv": Array((rows + [""]).joined(separator: "\n").utf8)], code: code)
      failure.words = words
      return failure
    }

    private static let failures = [
      failing(
        "a negative count", "poisson", rows: ["1,2", "2,-3", "3,1"],
        says: ["a.csv", "sample 1", "-3.0", "poisson", "at least 0"]),
      failing(
        "a logarithm of a negative number", "msle", rows: ["1,2", "2,1", "3,-0.5"],
        says: ["sample 2", "-0.5", "mean_squared_logarithmic_error"]),
      failing(
        "a probability above 1", "binary_crossentropy", rows: ["1,0,1", "2,1.5,0"],
        target: "[1, 2]", units: 2, says: ["sample 1", "1.5", "from 0 to 1"]),
      failing(
        "shares that do not add up", "categorical_crossentropy", rows: ["1,0.5,0.5", "2,0.3,0.3"],
        target: "[1, 2]", units: 2, says: ["sample 1", "0.6", "add up to 1"]),
      failing(
        "a negative share", "kld", rows: ["1,0.5,0.5", "2,1.5,-0.5"], target: "[1, 2]", units: 2,
        says: ["sample 1", "1.5", "from 0 to 1"]),
      failing(
        "an answer that is neither", "hinge", rows: ["1,0,1", "2,1,0.5"], target: "[1, 2]",
        units: 2, says: ["sample 1", "0.5", "1 for yes"]),
      failing(
        "a target that is not finite", "poisson", rows: ["1,2", "2,inf"], says: ["a.csv:2"]),
      failing(
        "data of one class", "binary_crossentropy", rows: ["1,a", "2,a", "3,a"],
        says: ["every sample is of the class \"a\"", "two classes"]),
      failing(
        "a class that is not there", "binary_crossentropy", rows: ["1,yes", "2,no", "3,yes"],
        rest: ", class_weights: {yess: 2}", code: 78, says: ["yess", "did you mean \"yes\""]),
      failing(
        "classes of numbers", "mse", rows: ["1,1", "2,2", "3,3"],
        rest: ", class_weights: balanced", code: 78, says: ["class_weights needs classes"]),
      failing(
        "an area under a line", "{mse: {}}\nmetrics: [auc]", rows: ["1,a", "2,b", "3,a"], code: 78,
        says: ["auc", "end the network with sigmoid"]),
      failing(
        "an accuracy of numbers", "huber\nmetrics: [f1]", rows: ["1,1", "2,2"], code: 78,
        says: ["f1", "needs classes"]),
    ]

    @Test(
      "alone and on three ranks: one message, one exit code, nothing left",
      arguments: FailureBatch.of(failures))
    func refuses(_ batch: FailureBatch) throws {
      try FailureCase.check(batch.cases, ranks: [nil, 3])
    }
  }
}
