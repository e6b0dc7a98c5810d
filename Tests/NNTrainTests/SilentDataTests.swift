import Foundation
import Formats
import Testing
import _TestSupport

extension EndToEnd {
  /// Tables and arrays in the form of public reports about other trainers: each is answered right or
  /// refused, never wrong without a message.
  @Suite struct SilentDataTests {
    private static func experiment(
      _ train: String, preprocess: String = "", model: String = "{units: 2, activation: softmax}",
      rest: String = "objective: categorical_crossentropy\noptimizer: {adam: {learning_rate: 0.1}}"
    ) -> String {
      """
      data: {train: {\(train)}\(preprocess.isEmpty ? "" : ", preprocess: [\(preprocess)]")}
      model: [flatten, {dense: \(model)}]
      training: {epochs: 2, batch: 4}
      \(rest)
      """
    }

    @discardableResult
    private func run(
      _ folder: TemporaryFolder, _ arguments: [String], code: Int32 = 0,
      environment: [String: String] = [:], sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> CommandOutcome {
      let outcome = try Command(arguments, environment: environment, in: folder.path).run()
      try #require(outcome.code == code, "\(outcome)", sourceLocation: sourceLocation)
      return outcome
    }

    /// Checks the configuration `a.yaml` and expects one message with `words`.
    private func expectRefusal(
      _ folder: TemporaryFolder, code: Int32, set: [String] = [], _ words: String...,
      sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      let outcome = try run(
        folder, ["check", "a.yaml"] + set.flatMap { ["--set", $0] }, code: code,
        sourceLocation: sourceLocation)
      #expect(outcome.messages.count == 1, "\(outcome)", sourceLocation: sourceLocation)
      for word in words {
        #expect(
          outcome.messages.first?.contains(word) == true, "\(outcome)",
          sourceLocation: sourceLocation)
      }
    }

    @Test("texts that are not UTF-8 are refused, as inputs and as labels; their UTF-8 twin is not")
    func encoding() throws {
      let words: [[UInt8]] = [
        [0xEA, 0xEE, 0xF2], [0xEF, 0xB8, 0xF1], [0xEB, 0xE5, 0xE2], [0xE5, 0xE6],
      ]
      try withTemporaryFolder { folder in
        let rows = (0..<16).map {
          words[$0 % 4] + Array(",\($0 % 2),\($0 % 3 == 0 ? "yes" : "no")\n".utf8)
        }
        try folder.write(Array("animal,size,y\n".utf8) + rows.flatMap { $0 }, to: "a.csv")
        try folder.write(
          Self.experiment("path: a.csv, header: true, target: y", preprocess: "one_hot"),
          to: "a.yaml")
        try expectRefusal(folder, code: 65, "a.csv:2", "column 0 (\"animal\")", "UTF-8")
        try expectRefusal(
          folder, code: 65, set: ["data.train.target=animal", "data.train.columns=[size]"],
          "a.csv:2", "column 0 (\"animal\")", "UTF-8")
        let twin = (0..<16).map { "\(["кот", "пёс", "лев", "еж"][$0 % 4]),\($0 % 2),\($0 % 2)\n" }
        try folder.write("animal,size,y\n" + twin.joined(), to: "a.csv")
        let checked = try run(folder, ["check", "a.yaml"])
        // Four words and the size: 5 inputs, 12 parameters.
        #expect(checked.output.contains("12"), "\(checked)")
      }
    }

    @Test("the verdict on a column does not depend on the order of its rows, and its advice works")
    func verdicts() throws {
      let rows = (21..<40).map { "\($0),\($0 * 7 - 40),\($0 % 2 == 0 ? "no" : "yes")\n" }.joined()
      try withTemporaryFolder { folder in
        try folder.write(
          Self.experiment(
            "path: t.csv, header: true, target: y", preprocess: "one_hot, standardize"),
          to: "a.yaml")
        for table in ["NA,100,no\n" + rows, rows + "NA,100,no\n"] {
          try folder.write("age,income,y\n" + table, to: "t.csv")
          try expectRefusal(
            folder, code: 65, "column 0 (\"age\")", "\"NA\"", "markers: [\"NA\"]",
            "data.train.categorical")
          // What the message advises.
          for policy in ["drop", "mean"] {
            let outcome = try run(
              folder,
              [
                "check", "a.yaml", "--set", "data.preprocess=[standardize]", "--set",
                "data.train.missing={policy: \(policy), markers: [\"NA\"]}",
              ])
            #expect(
              outcome.output.contains("1 of 20 records were left out") == (policy == "drop"),
              "\(outcome)")
          }
          try run(folder, ["check", "a.yaml", "--set", "data.train.categorical=[age]"])
        }
        let days = (0..<28).map { "\($0 % 7 + 1),\(500 + 10 * $0),\($0 % 2 == 0 ? "no" : "yes")\n" }
        try folder.write("weekday,rent,y\n" + days.joined(), to: "t.csv")
        try expectRefusal(
          folder, code: 78, "no input column holds categories", "data.train.categorical")
        let encoded = try run(
          folder, ["check", "a.yaml", "--set", "data.train.categorical=weekday"])
        // Seven days and the rent: 8 inputs, 18 parameters.
        #expect(encoded.output.contains("18"), "\(encoded)")
      }
    }

    @Test("times of seconds apart keep their differences in training and prediction")
    func largeNumbers() throws {
      try withTemporaryFolder { folder in
        try folder.write(
          "unix,y\n" + (0..<40).map { "\(1_700_000_000 + 3 * $0),\(Double($0) / 39)\n" }.joined(),
          to: "t.csv")
        try folder.write(
          Self.experiment(
            "path: t.csv, header: true, target: y", preprocess: "standardize",
            model: "{units: 1, initializer: ones, use_bias: false}",
            rest: "objective: mse\noptimizer: {sgd: {learning_rate: 1.0e-30}}"), to: "a.yaml")
        try run(folder, ["a.yaml", "--run", "r", "--quiet"])
        let outcome = try run(folder, ["predict", "r", "--input", "t.csv"])
        let found = outcome.output.split(separator: "\n").dropFirst().compactMap { Double($0) }
        let wanted = (0..<40).map { (Double($0) - 19.5) / (1599.0 / 12).squareRoot() }
        #expect(mismatches(found, wanted, relative: 1e-5, absolute: 1e-6) == [])
        #expect(Set(found).count == 40)
        let plain = try run(folder, ["check", "a.yaml", "--set", "data.preprocess=[]"])
        #expect(plain.output.contains("add standardize or min_max"), "\(plain)")
      }
    }

    @Test("ids beyond what single precision tells apart are refused")
    func embeddingIds() throws {
      try withTemporaryFolder { folder in
        try folder.write("16777215,0\n16777217,1\n16777216,0\n3,1\n", to: "t.csv")
        try folder.write(
          Self.experiment("path: t.csv").replacing(
            "[flatten,", with: "[{embedding: {vocabulary: 16777216, units: 1}}, flatten,"),
          to: "a.yaml")
        try expectRefusal(folder, code: 65, "sample 1", "the id 16777217", "0 to 16777215")
        try expectRefusal(
          folder, code: 78, set: ["model.0.vocabulary=16777300"], "vocabulary", "16777216")
      }
    }

    @Test("labels from one are named, with the key that maps them")
    func labelsFromOne() throws {
      try withTemporaryFolder { folder in
        let labels = (0..<52).map { UInt8($0 % 26 + 1) }
        try folder.write(
          BinaryFiles.idx([52, 2, 2], (0..<208).map { UInt8($0) }), to: "im-ubyte")
        try folder.write(BinaryFiles.idx([52], labels), to: "lab-ubyte")
        try folder.write(
          Self.experiment(
            "inputs: im-ubyte, targets: lab-ubyte, format: idx",
            model: "{units: 26, activation: softmax}"), to: "a.yaml")
        try expectRefusal(
          folder, code: 78, "no sample has a label below 1", "data.train.first_label: 1",
          "26 classes")
        let mapped = ["--set", "data.train.first_label=1"]
        try run(folder, ["a.yaml", "--run", "r", "--quiet"] + mapped)
        let predicted = try run(folder, ["predict", "r", "--input", "im-ubyte"])
        #expect(predicted.output.hasPrefix("predicted,1,2,3,"), "\(predicted.output.prefix(40))")
        // The file's labels are matched by name where it is measured.
        try run(folder, ["evaluate", "r", "--data", "im-ubyte", "--targets", "lab-ubyte"])
        let kept = try run(folder, ["check", "a.yaml", "--set", "model.1.units=27"])
        #expect(kept.output.contains("no sample of the training set is of the class 0"), "\(kept)")
      }
    }

    @Test(
      "a header line of numbers and records that are left out are noted; predict advises for predicting"
    )
    func notes() throws {
      try withTemporaryFolder { folder in
        let iris = (0..<17).map {
          "\(5 + Double($0) / 10),\(3 + Double($0) / 20),\($0 % 2 == 0 ? "a" : "b")\n"
        }
        try folder.write(iris.joined(), to: "t.csv")
        try folder.write(
          Self.experiment("path: t.csv, header: true, target: -1"), to: "a.yaml")
        let trained = try run(folder, ["a.yaml", "--run", "r"])
        #expect(trained.output.contains("note: the first line of"), "\(trained)")
        #expect(trained.output.contains("data.train.header to false"))

        let gaps = (0..<20).map {
          "\($0 % 9 == 5 ? "" : "\($0)"),\($0),\($0 % 2 == 0 ? "no" : "yes")\n"
        }
        try folder.write("age,income,y\n" + gaps.joined(), to: "e.csv")
        try folder.write(
          Self.experiment("path: e.csv, header: true, target: y, missing: drop"), to: "b.yaml")
        let dropped = try run(folder, ["b.yaml", "--run", "s"])
        #expect(dropped.output.contains("2 of 20 records were left out"), "\(dropped)")
        let measured = try run(folder, ["evaluate", "s", "--data", "e.csv"])
        #expect(measured.output.contains("note: e.csv: 2 of 20 records were left out"))
        let refused = try run(folder, ["predict", "s", "--input", "e.csv"], code: 65)
        #expect(refused.messages.first?.contains("fill it in") == true, "\(refused)")
        #expect(refused.messages.first?.contains("missing:") == false)
        let other = try run(folder, ["evaluate", "s", "--data", "t.csv"], code: 65)
        #expect(other.messages.first?.contains("no column called \"age\"") == true, "\(other)")
      }
    }

    @Test(
      "two columns of one name are refused before training, and weights may be absent behind it")
    func columns() throws {
      try withTemporaryFolder { folder in
        let rows = (0..<12).map {
          "\($0),\($0 * 5 % 7),\($0 % 3 + 1),\($0 % 2 == 0 ? "no" : "yes")\n"
        }
        try folder.write("score,score,w,y\n" + rows.joined(), to: "t.csv")
        try folder.write(
          Self.experiment("path: t.csv, header: true, target: y, weights: w"), to: "a.yaml")
        try expectRefusal(folder, code: 65, "columns 0 and 1 are both called \"score\"")
        try folder.write("a,b,w,y\n" + rows.joined(), to: "t.csv")
        try run(folder, ["a.yaml", "--run", "r", "--quiet"])
        try folder.write("b,a,y\n1,2,no\n3,4,yes\n", to: "n.csv")
        let measured = try run(folder, ["evaluate", "r", "--data", "n.csv"])
        #expect(measured.output.contains("n.csv has no column of weights"), "\(measured)")
        try run(folder, ["predict", "r", "--input", "n.csv"])
      }
    }

    @Test("NNTRAIN_DATA is the last folder in which a file is looked for; all are named")
    func dataFolders() throws {
      try withTemporaryFolder { folder in
        let table = (0..<8).map { "\($0),\($0 % 2)\n" }.joined()
        try folder.write("x,1\n" + table, to: "own/t.csv")
        try folder.write(table, to: "elsewhere/t.csv")
        try folder.write(Self.experiment("path: t.csv"), to: "own/a.yaml")
        let environment = ["NNTRAIN_DATA": folder.path("elsewhere")]
        // Its own file is wrong, and is not hidden by the other folder's.
        let own = try run(folder, ["check", "own/a.yaml"], code: 65, environment: environment)
        #expect(own.messages.first?.contains("own/t.csv:1") == true, "\(own)")
        try FileManager.default.removeItem(atPath: folder.path("own/t.csv"))
        try run(folder, ["check", "own/a.yaml"], environment: environment)
        let absent = try run(
          folder,
          ["check", "own/a.yaml", "--set", "data.root=own", "--set", "data.train.path=u.csv"],
          code: 66, environment: environment)
        for place in ["own", "elsewhere"] {
          #expect(absent.messages.first?.contains(folder.path(place)) == true, "\(absent)")
        }
      }
    }
  }
}
