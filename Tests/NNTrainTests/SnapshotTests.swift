import Formats
import Testing
import _TestSupport

#if canImport(Glibc)
  import Glibc
#endif

extension EndToEnd {
  /// Snapshots at the ends of cycles, and what they are together.
  @Suite struct SnapshotTests {
    private static func experiment(_ snapshots: String) -> String {
      Experiments.digits(
        "{momentum: {learning_rate: 0.1}}", training: "epochs: 6, batch: 30, shards: 6")
        + "\nensemble: {snapshots: {\(snapshots)}}"
    }

    private func train(
      _ folder: TemporaryFolder, _ snapshots: String, to run: String, ranks: Int? = nil
    ) throws -> (RunResult, String) {
      let configuration = try folder.write(Self.experiment(snapshots), to: "a.yaml")
      let outcome = try Command([configuration, "--run", folder.path(run)], ranks: ranks).run()
      try #require(outcome.code == 0 && outcome.messages == [], "\(outcome)")
      return (try RunResult(folder.path(run)), outcome.output)
    }

    private func evaluate(
      _ path: String, _ part: String, ranks: Int? = nil
    ) throws -> JSONObject {
      let outcome = try Command(["evaluate", path, "--data", part, "--json"], ranks: ranks).run()
      try #require(outcome.code == 0 && outcome.messages == [], "\(outcome)")
      return try #require(JSONValue(parsing: outcome.output).object)
    }

    @Test("the same on every number of ranks, in training and where it is evaluated")
    func ranks() throws {
      try withTemporaryFolder { folder in
        let (alone, output) = try train(folder, "cycles: 3, last: 2", to: "run-1")
        #expect(Files.entries(alone.path + "/snapshots").count == 3)
        for title in ["cycle 1", "cycle 3", "final model", "mean of the last 2"] {
          #expect(output.contains("\n" + title), "\(output)")
        }
        let told = try #require(alone.summary["ensemble"])
        // The last cycle ends with the run: its snapshot is the model.
        let snapshots = try #require(told["snapshots"]?.array)
        #expect(snapshots.map { $0["weight"]?.double } == [nil, 0.5, 0.5])
        for part in ["validation", "test"] {
          #expect(snapshots[2][part]?["objective"] == alone.summary[part]?["objective"])
        }
        let files = [
          "snapshots/cycle-1.safetensors", "snapshots/cycle-3.safetensors", "ensemble.json",
        ]
        for ranks in [2, 3] {
          let (other, _) = try train(
            folder, "cycles: 3, last: 2", to: "run-\(ranks)", ranks: ranks)
          #expect(other.invariant == alone.invariant, "\(ranks) ranks")
          for file in files {
            #expect(
              try Files.bytes(alone.path + "/" + file) == Files.bytes(other.path + "/" + file),
              "\(file) of \(ranks) ranks")
          }
        }
        for ranks in [nil, 3] {
          for part in ["validation", "test"] {
            let found = try evaluate(alone.path + "/ensemble.json", part, ranks: ranks)
            let wanted = try #require(told[part]?.object)
            for key in wanted.keys { #expect(found[key] == wanted[key], "\(part) \(key)") }
          }
        }
        // One member alone is that member.
        let single = try evaluate(alone.path + "/snapshots/cycle-2.safetensors", "test")
        #expect(single["objective"] == snapshots[1]["test"]?["objective"])
      }
    }

    @Test(
      "each way to combine, from the members' own predictions",
      arguments: [
        "mean", "geometric_mean", "majority", "validation_weights",
      ])
    func combinations(name: String) throws {
      try withTemporaryFolder { folder in
        let (run, _) = try train(folder, "cycles: 3, combine: \(name)", to: "run")
        let inputs = try folder.write(
          BinaryFiles.npy([7, 1, 8, 8], (0..<448).map { Float($0 * 37 % 17) }), to: "x.npy")
        func predict(_ model: String) throws -> [[Double]] {
          let outcome = try Command(["predict", run.path + "/" + model, "--input", inputs]).run()
          try #require(outcome.code == 0 && outcome.messages == [], "\(outcome)")
          return outcome.output.split(separator: "\n").dropFirst().map { line in
            line.split(separator: ",").dropFirst().compactMap { Double($0) }
          }
        }
        let members = try (1...3).map { try predict("snapshots/cycle-\($0).safetensors") }
        let combined = try predict("ensemble.json")
        let weights = run.summary["ensemble"]?["snapshots"]?.array?.compactMap {
          $0["weight"]?.double
        }
        #expect(Set(weights ?? []).count == (name == "validation_weights" ? 3 : 1))
        #expect(combined.count == 7)
        for row in combined.indices {
          let outputs = members.map { $0[row] }
          var expected = (0..<10).map { j in
            switch name {
            case "geometric_mean": pow(outputs.reduce(1) { $0 * $1[j] }, 1.0 / 3)
            case "majority": Double(outputs.filter { $0.max() == $0[j] }.count) / 3
            default: zip(outputs, weights ?? []).reduce(0) { $0 + $1.0[j] * $1.1 }
            }
          }
          let total = expected.reduce(0, +)
          expected = expected.map { $0 / total }
          #expect(mismatches(combined[row], expected, relative: 1e-5, absolute: 1e-9) == [])
        }
      }
    }

    @Test("members that are absent, of another run, or of other classes")
    func badMembers() throws {
      try withTemporaryFolder { folder in
        let (run, _) = try train(folder, "cycles: 2", to: "run")
        let first = run.path + "/snapshots/cycle-1.safetensors"
        let good = try Files.bytes(first)
        func expect(_ code: Int32, _ words: String..., ranks: Int? = nil) throws {
          for arguments in [
            ["evaluate", run.path + "/ensemble.json"],
            ["predict", run.path + "/ensemble.json", "--input", run.path + "/model.safetensors"],
          ] {
            let outcome = try Command(arguments, ranks: ranks).run()
            #expect(outcome.code == code && outcome.messages.count == 1, "\(outcome)")
            for word in words {
              #expect(outcome.messages.first?.contains(word) == true, "\(outcome.messages)")
            }
            if code == 65 && words.contains("digest") { return }
          }
        }
        try folder.write(
          try Files.bytes(run.path + "/snapshots/cycle-2.safetensors"),
          to: "run/snapshots/cycle-1.safetensors")
        try expect(65, "cycle-1.safetensors", "digest", ranks: 2)
        let other = try folder.write(
          """
          data: {source: synthetic, shape: [1, 8, 8], classes: 10, count: 40}
          model: [flatten, {dense: {units: 10, activation: softmax}}]
          objective: categorical_crossentropy
          optimizer: sgd
          training: {epochs: 1, batch: 20}
          """, to: "b.yaml")
        let made = try Command([other, "--run", folder.path("other"), "--quiet"]).run()
        try #require(made.code == 0, "\(made)")
        try folder.write(
          try Files.bytes(folder.path("other/model.safetensors")),
          to: "run/snapshots/cycle-2.safetensors")
        try folder.write(good, to: "run/snapshots/cycle-1.safetensors")
        try expect(65, "cycle-2.safetensors", "members of an ensemble")
        unlink(run.path + "/snapshots/cycle-2.safetensors")
        try expect(66, "cycle-2.safetensors", ranks: 3)
      }
    }
  }
}
