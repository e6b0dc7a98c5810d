import Formats
import Testing
import _TestSupport

extension FailingEndToEnd {
  /// The data are part of what a run is.
  @Suite struct DataIdentityTests {
    /// Three features and a label in 48 rows; `change` is applied to the fields of each.
    private static func table(_ change: (Int, inout [String]) -> Void = { _, _ in }) -> String {
      var lines = ["a,b,c,label"]
      for row in 0..<48 {
        var fields = (0..<3).map { "\(Double((row * (7 + $0) + $0 * 5) % 23) / 8)" }
        fields.append(["red", "green", "blue"][row % 3])
        change(row, &fields)
        if !fields.isEmpty { lines.append(fields.joined(separator: ",")) }
      }
      return lines.joined(separator: "\n") + "\n"
    }

    private func configuration(_ folder: TemporaryFolder) throws -> String {
      try folder.write(
        """
        data: {train: {path: a.csv, header: true, target: label}, preprocess: [standardize]}
        model: [{dense: {units: 3, activation: softmax}}]
        objective: categorical_crossentropy
        optimizer: adam
        training: {epochs: 4, batch: 12, shards: 4}
        """, to: "a.yaml")
    }

    @Test(
      "ranks with other data",
      arguments: [
        ("label", "targets"), ("class", "schema"), ("number", "content of data.train"),
        ("rows", "content of data.train"),
      ])
    func ranksDiffer(kind: String, word: String) throws {
      try withTemporaryFolder { folder in
        let path = try configuration(folder)
        try folder.write(DataIdentityTests.table(), to: "one/a.csv")
        let other = DataIdentityTests.table { row, fields in
          switch (kind, row) {
          case ("label", 4): fields[3] = "red"
          case ("class", _) where fields[3] == "blue": fields[3] = "bleu"
          case ("number", 40): fields[1] = "0.5"
          case ("rows", 47): fields = []
          default: break
          }
        }
        try folder.write(other, to: "two/a.csv")
        func words(_ root: String) -> [String] {
          [path, "--run", folder.path("run"), "--quiet", "--set", "data.root=\(folder.path(root))"]
        }
        let outcome = try Command(
          words("one") + [":", "-n", "1", try Command.path()] + words("two"), ranks: 1
        ).run(timeout: 30)
        #expect(outcome.code == 65, "\(outcome)")
        try #require(outcome.messages.count == 1, "\(outcome)")
        let message = outcome.messages[0]
        #expect(message.contains("rank 1") && message.contains("one/a.csv"), "\(message)")
        #expect(message.contains(kind == "label" ? "content of data.train" : word), "\(message)")
        #expect(!Files.exist(folder.path("run")))
      }
    }

    @Test("data that were changed before a run is resumed")
    func changedBeforeResume() throws {
      try withTemporaryFolder { folder in
        let path = try configuration(folder)
        let run = ["--run", folder.path("run"), "--quiet"]
        try folder.write(DataIdentityTests.table(), to: "a.csv")
        let first = try Command([path] + run + ["--epochs", "2"]).run()
        try #require(first.code == 0, "\(first)")
        try folder.write(
          DataIdentityTests.table { row, fields in if row == 4 { fields[3] = "blue" } },
          to: "a.csv")
        let changed = try Command([path, "--resume"] + run, ranks: 2).run()
        #expect(changed.code == 65 && changed.messages.count == 1, "\(changed)")
        let message = try #require(changed.messages.first)
        #expect(message.contains("the targets of data.train are not those"), "\(message)")
        #expect(message.contains("a.csv"), "\(message)")
        try folder.write(DataIdentityTests.table(), to: "a.csv")
        let resumed = try Command([path, "--resume"] + run, ranks: 2).run()
        #expect(resumed.code == 0, "\(resumed)")
        let whole = try Command([path, "--run", folder.path("whole"), "--quiet"]).run()
        #expect(whole.code == 0, "\(whole)")
        #expect(
          try RunResult(folder.path("run")).digest == RunResult(folder.path("whole")).digest)
      }
    }
  }
}
