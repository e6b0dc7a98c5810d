import Formats
import Testing
import _TestSupport

extension EndToEnd {
  /// Variants of configurations side by side.
  @Suite struct CompareTests {
    private func compare(
      _ folder: TemporaryFolder, _ words: [String], to run: String, ranks: Int? = nil,
      experiment: String = Experiments.digits("sgd")
    ) throws -> CommandOutcome {
      let configuration = try folder.write(experiment, to: "base.yaml")
      return try Command(
        ["compare", configuration, "--run", folder.path(run)] + words, ranks: ranks
      ).run(timeout: 120)
    }

    private func report(_ folder: TemporaryFolder, _ run: String) throws -> [JSONValue] {
      let json = try JSONValue(parsing: folder.text(of: run + "/comparison.json"))
      return try #require(json["variants"]?.array)
    }

    @Test("a grid with seeds: each run is the run that train makes, on any number of ranks")
    func grid() throws {
      try withTemporaryFolder { folder in
        let words = [
          "--vary", "optimizer={momentum: {learning_rate: 0.05}},adam", "--vary",
          "training.batch=15,40", "--seeds", "2",
        ]
        let alone = try compare(folder, words, to: "alone")
        try #require(alone.code == 0 && alone.messages == [], "\(alone)")
        #expect(
          try folder.entries(of: "alone").filter { $0.hasPrefix("comparison") } == [
            "comparison.csv", "comparison.json", "comparison.png", "comparison.svg",
          ])
        #expect(XMLReader(try folder.bytes(of: "alone/comparison.svg")).isWellFormed)
        #expect(try PNGReader(folder.bytes(of: "alone/comparison.png")).width == 1040)
        for ranks in [2, 3] {
          let run = "on-\(ranks)"
          let other = try compare(folder, words, to: run, ranks: ranks)
          #expect(other.code == 0 && other.messages == [], "\(other)")
          for file in ["comparison.csv", "comparison.svg"] {
            #expect(try folder.bytes(of: run + "/" + file) == folder.bytes(of: "alone/" + file))
          }
        }
        let variants = try report(folder, "alone")
        try #require(variants.count == 4)
        let means = variants.compactMap { $0["mean"]?.double }
        #expect(means == means.sorted(by: >), "ranked by accuracy")
        for (number, variant) in variants.enumerated() {
          let settings = (variant["settings"]?.array ?? []).compactMap { $0.string }
          try #require(settings.count == 2)
          let runs = try #require(variant["runs"]?.array)
          #expect(runs.map { $0["seed"]?.int } == [3, 4])
          let values = runs.compactMap { $0["validation"]?["accuracy"]?.double }
          let mean = values.reduce(0, +) / 2
          #expect(variant["mean"]?.double == mean)
          let spread = (values[0] - values[1]).magnitude / 2.0.squareRoot()
          #expect(((variant["spread"]?.double ?? -1) - spread).magnitude < 1e-12)
          #expect(runs[0]["test"] == nil && !alone.output.contains("test accuracy"))
          // The same training by itself.
          let plain = folder.path("plain-\(number)")
          let single = try Command(
            [folder.path("base.yaml"), "--run", plain, "--quiet", "--set", "seed=4"]
              + settings.flatMap { ["--set", $0] }
          ).run()
          try #require(single.code == 0, "\(single)")
          #expect(try RunResult(plain).digest == runs[1]["parameter_digest"]?.string)
        }
      }
    }

    @Test(
      "variants that fail are told with their reason, and the others go on", arguments: [nil, 3])
    func failures(ranks: Int?) throws {
      try withTemporaryFolder { folder in
        let words = [
          "--vary", "optimizer={sgd: {learning_rate: 1.0e+30}},adam,nothing", "--test",
          "--set", "training.epochs=1",
        ]
        let outcome = try compare(folder, words, to: "run", ranks: ranks)
        #expect(outcome.code == 79, "\(outcome)")
        let lines = outcome.output.split(separator: "\n")
        #expect(lines.contains { $0.hasPrefix("optimizer=adam ") && $0.contains(" 1/1 ") })
        #expect(lines.contains { $0.hasPrefix("failed  ") && $0.contains("diverged") })
        #expect(
          lines.contains { $0.hasPrefix("failed  optimizer=nothing (78)") && $0.contains("known") })
        #expect(outcome.output.contains("test accuracy"))
        let variants = try report(folder, "run")
        #expect(variants.map { $0["mean"] != nil } == [true, false, false])
        #expect(variants[0]["runs"]?.array?[0]["test"]?["accuracy"]?.double != nil)
      }
    }

    @Test("a comparison that was cut goes on: what is finished stays")
    func resume() throws {
      try withTemporaryFolder { folder in
        let words = ["--vary", "optimizer=sgd,adam", "--seeds", "2", "--no-plot"]
        let whole = try compare(folder, words, to: "whole")
        try #require(whole.code == 0, "\(whole)")
        // Half of it first.
        let half = try compare(
          folder, ["--vary", "optimizer=sgd,adam", "--no-plot"], to: "cut")
        try #require(half.code == 0, "\(half)")
        let again = try compare(folder, words, to: "cut")
        #expect(again.code == 73 && again.error.contains("--resume"), "\(again)")
        let rest = try compare(folder, words + ["--resume"], to: "cut", ranks: 2)
        #expect(rest.code == 0, "\(rest)")
        let file = "/comparison.csv"
        #expect(try folder.bytes(of: "cut" + file) == folder.bytes(of: "whole" + file))
      }
    }

    @Test("one that is asked to stop begins no other training", arguments: [nil, 2])
    func stopped(ranks: Int?) throws {
      try withTemporaryFolder { folder in
        let words = [
          "--vary", "optimizer=sgd,adam", "--seeds", "3", "--no-plot", "--set",
          "training.epochs=100000", "--set", "training.time_limit=1 seconds",
        ]
        let outcome = try compare(folder, words, to: "run", ranks: ranks)
        #expect(outcome.code == 75 && outcome.messages == [], "\(outcome)")
        #expect(outcome.output.contains("stopped  optimizer=sgd, seed 3 (75): stopped on request"))
        let runs = try report(folder, "run").flatMap { $0["runs"]?.array ?? [] }
        #expect(runs.map { $0["code"]?.int } == [Int?](repeating: 75, count: ranks ?? 1))
      }
    }

    @Test(
      "what cannot be compared",
      arguments: [
        (["--vary", "optimizer"], 64, "KEY=VALUE"), (["--seeds", "0"], 64, "at least 1"),
        (["--vary", "optimzer=sgd,adam"], 78, "did you mean \"optimizer\"?"),
        (["--by", "recall"], 64, "--by is \"recall\""),
        (["--vary", "seed=1,1"], 64, "given twice"),
        (["--set", "data.split={}"], 78, "validation part"),
        (
          ["--set", "data={train: {path: a.csv}, stream: {pipe: '-'}, split: {validation: 0.2}}"],
          78,
          "data.stream.pipe gives its records once"
        ),
        (["--set", "ensemble={members: 2}"], 78, "ensemble.members trains several networks"),
        (["--set", "ensemble={adaboost: 2}"], 78, "ensemble.adaboost trains several networks"),
      ])
    func wrong(words: [String], code: Int32, message: String) throws {
      try withTemporaryFolder { folder in
        let outcome = try compare(folder, words + ["--set", "training.epochs=1"], to: "run")
        #expect(outcome.code == code, "\(outcome)")
        #expect((outcome.error + outcome.output).contains(message), "\(outcome)")
      }
    }
  }
}
