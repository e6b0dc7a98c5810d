import Foundation
import Formats
import Testing
import _TestSupport

extension EndToEnd {
  /// Misclassified samples, figures per class, and sets named to `predict`.
  @Suite struct ErrorsTests {
    private func trained(_ folder: TemporaryFolder) throws -> RunResult {
      let configuration = try folder.write(
        Experiments.digits("adam").replacing(
          "[accuracy, {top_k_accuracy: 3}]", with: "[accuracy, confusion_matrix]"), to: "a.yaml")
      let outcome = try Command([configuration, "--run", folder.path("run"), "--quiet"]).run()
      try #require(outcome.code == 0, "\(outcome)")
      return try RunResult(folder.path("run"))
    }

    private func rows(_ text: String) -> [[String]] {
      text.split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
    }

    @Test("errors and classes agree with the confusion matrix and with predict, on any ranks")
    func classes() throws {
      try withTemporaryFolder { folder in
        let run = try trained(folder)
        let matrix = try #require(run.summary["validation"]?["confusion_matrix"]?.array).map {
          ($0.array ?? []).compactMap(\.int)
        }
        let words = ["evaluate", "run", "--data", "validation", "--errors", "1000", "--per-class"]
        let outcome = try Command(words + ["--json"], in: folder.path).run()
        try #require(outcome.code == 0 && outcome.messages == [], "\(outcome)")
        let json = try JSONValue(parsing: outcome.output)
        let wrong = matrix.indices.reduce(0) { sum, row in
          sum + matrix[row].indices.filter { $0 != row }.reduce(0) { $0 + matrix[row][$1] }
        }
        #expect(json["wrong"]?.int == wrong && wrong > 0)
        for (index, found) in try #require(json["classes"]?.array).enumerated() {
          let hits = matrix[index][index]
          let (samples, answers) = (
            matrix[index].reduce(0, +), matrix.reduce(0) { $0 + $1[index] }
          )
          #expect(found["class"]?.string == "\(index)" && found["samples"]?.int == samples)
          #expect(found["recall"]?.double == (samples > 0 ? Double(hits) / Double(samples) : nil))
          #expect(
            found["precision"]?.double == (answers > 0 ? Double(hits) / Double(answers) : nil))
        }
        let table = rows(try folder.text(of: "run/errors-validation.csv"))
        #expect(
          table[0] == ["index", "target", "prediction", "probability", "target_probability"])
        #expect(table.count == wrong + 1)
        let probabilities = table.dropFirst().compactMap { Double($0[3]) }
        #expect(probabilities == probabilities.sorted(by: >))
        // Each row is what predict writes of that sample.
        let all = try Command(["predict", "run", "--data", "validation"], in: folder.path).run()
        try #require(all.code == 0, "\(all)")
        let predicted = rows(all.output).dropFirst().map { $0 }
        for row in table.dropFirst() {
          let sample = predicted[try #require(Int(row[0]))]
          #expect(sample[0] == row[2] && sample[1 + (Int(row[2]) ?? 0)] == row[3])
          #expect(sample[1 + (Int(row[1]) ?? 0)] == row[4] && row[1] != row[2])
        }
        let image = try PNGReader(folder.bytes(of: "run/errors-validation.png"))
        #expect(image.width > 600)
        let bytes = try folder.bytes(of: "run/errors-validation.csv")
        let ranks = try Command(
          words + ["--output", "other"], ranks: 3, in: folder.path
        ).run()
        #expect(ranks.code == 0 && ranks.output.contains("precision"), "\(ranks)")
        #expect(try folder.bytes(of: "other/errors-validation.csv") == bytes)
      }
    }

    @Test("values: the samples with the largest errors")
    func values() throws {
      try withTemporaryFolder { folder in
        try folder.write(
          "a,b\n" + (0..<20).map { "\($0),\($0 == 7 ? 99 : $0)\n" }.joined(), to: "d.csv")
        let configuration = try folder.write(
          """
          data: {train: {path: d.csv, header: true, target: b}}
          model: [{dense: {units: 1}}]
          objective: mean_squared_error
          optimizer: {sgd: {learning_rate: 0.0001}}
          training: {epochs: 1, batch: 20}
          """, to: "a.yaml")
        let outcome = try Command([configuration, "--run", folder.path("run"), "-q"]).run()
        try #require(outcome.code == 0, "\(outcome)")
        let worst = try Command(
          ["evaluate", "run", "--data", "train", "--errors", "3"], in: folder.path
        ).run()
        #expect(worst.code == 0 && worst.output.contains("3 samples with the largest"), "\(worst)")
        let table = rows(try folder.text(of: "run/errors-train.csv"))
        #expect(table[0] == ["index", "target", "prediction", "error"] && table.count == 4)
        #expect(table[1][0] == "7" && table[1][1] == "99.0")
        #expect(!Files.exist(folder.path("run/errors-train.png")))
        let refused = try Command(
          ["evaluate", "run", "--data", "train", "--per-class"], in: folder.path
        ).run()
        #expect(refused.code == 64 && refused.messages.count == 1, "\(refused)")
      }
    }

    @Test(
      "words that do not fit are refused",
      arguments: [
        (["evaluate", "run", "--errors", "0"], "at least 1"),
        (["evaluate", "run", "--output", "x"], "--errors"),
        (["predict", "run", "--data", "tset"], "train, validation or test"),
        (["predict", "run", "--data", "test", "--input", "x.csv"], "exclude"),
        (["predict", "run", "--data", "test", "--sample", "3"], "excludes"),
        (["predict", "run"], "--data test"),
      ])
    func refused(words: [String], says: String) throws {
      let outcome = try Command(words).run()
      #expect(outcome.code == 64 && outcome.error.contains(says), "\(outcome)")
    }
  }
}
