import Foundation
import Formats
import Testing
import _TestSupport

extension EndToEnd {
  /// Learning curves of runs, and `nntrain plot`.
  @Suite struct CurveTests {
    private func pictures(_ path: String) throws -> String {
      #expect(
        try PNGReader(Array(Data(contentsOf: URL(fileURLWithPath: path + ".png")))).width > 500)
      let svg = try Data(contentsOf: URL(fileURLWithPath: path + ".svg"))
      #expect(XMLReader(Array(svg)).isWellFormed)
      return String(decoding: svg, as: UTF8.self)
    }

    @Test("every run draws its curves, the same on any number of ranks and after a resume")
    func everyRun() throws {
      try withTemporaryFolder { folder in
        let laboratory = try Laboratory(folder, epochs: 3)
        let alone = try laboratory.train("alone", ranks: nil)
        let svg = try pictures(alone.path + "/learning-curves")
        for word in ["objective", "accuracy", "learning rate", "validation", "best epoch: "] {
          #expect(svg.contains(word), "\(word)")
        }
        let other = try laboratory.train("other", ranks: 3)
        #expect(try Files.text(other.path + "/learning-curves.svg") == svg)
        // One epoch first, then the rest: every epoch is in the picture.
        let first = try laboratory.command("cut", ranks: nil, ["--epochs", "1"]).run()
        try #require(first.code == 0, "\(first)")
        let rest = try laboratory.command("cut", ranks: 2, ["--resume"]).run()
        try #require(rest.code == 0, "\(rest)")
        #expect(try folder.text(of: "cut/learning-curves.svg") == svg)
      }
    }

    @Test("without gnuplot the run goes on, and one sentence says what is missing")
    func withoutGnuplot() throws {
      try withTemporaryFolder { folder in
        let laboratory = try Laboratory(folder, epochs: 1)
        let outcome = try laboratory.command(
          "run", ranks: 2, environment: ["NNTRAIN_GNUPLOT": "/nowhere/gnuplot"]
        ).run()
        #expect(outcome.code == 0 && outcome.messages == [], "\(outcome)")
        let notes = outcome.output.split(separator: "\n").filter { $0.contains("/nowhere/gnuplot") }
        #expect(notes.count == 1 && notes[0].hasPrefix("note: "), "\(notes)")
        #expect(notes.first?.contains("without learning curves") == true)
        #expect(!Files.exist(folder.path("run/learning-curves.svg")))
        let plot = try Command(
          ["plot", folder.path("run")], environment: ["NNTRAIN_GNUPLOT": "/nowhere/gnuplot"]
        ).run()
        #expect(plot.code == 69 && plot.messages.count == 1, "\(plot)")
      }
    }

    @Test("the end of a run lists its files, and metrics.jsonl has times and hosts")
    func files() throws {
      try withTemporaryFolder { folder in
        let laboratory = try Laboratory(folder, epochs: 2)
        let outcome = try laboratory.command("run", ranks: 2).run()
        try #require(outcome.code == 0, "\(outcome)")
        for name in ["model.safetensors", "summary.json", "learning-curves.svg", "checkpoints"] {
          #expect(outcome.output.contains("\n  " + name + " "), "\(name)")
        }
        #expect(!outcome.output.contains("\n  snapshots"))
        let lines = try RunResult(folder.path("run")).epochs
        #expect(lines[0]["hosts"]?.array?.count == 2 && lines[1]["hosts"] == nil)
        for line in lines {
          let stamp = try #require(line["timestamp"]?.string)
          let date = try #require(ISO8601DateFormatter().date(from: stamp))
          #expect(abs(date.timeIntervalSinceNow) < 600)
        }
      }
    }

    @Test("one run, several runs, one metric")
    func plot() throws {
      try withTemporaryFolder { folder in
        let laboratory = try Laboratory(folder, epochs: 2)
        let paths = try ["a", "b"].map { try laboratory.train($0, ranks: nil).path }
        let svg = try folder.text(of: "a/learning-curves.svg")
        let one = try Command(["plot", paths[0]]).run()
        #expect(one.code == 0 && one.output.contains("learning-curves.png"), "\(one)")
        // The same picture as at the end of the run.
        #expect(try folder.text(of: "a/learning-curves.svg") == svg)
        let both = try Command(
          ["plot"] + paths + ["--metric", "accuracy", "--out", "both.png"], in: folder.path
        ).run()
        #expect(both.code == 0, "\(both)")
        let text = try pictures(folder.path("both"))
        #expect(text.contains("accuracy") && text.contains("/a") && text.contains("/b"))
        #expect(!text.contains(">objective"))
      }
    }

    @Test("ten thousand epochs, and epochs whose objective is not finite, can be drawn")
    func manyEpochs() throws {
      try withTemporaryFolder { folder in
        let lines = (1...10_000).map { epoch in
          """
          {"epoch":\(epoch),"step":\(epoch),"learning_rate":0.1,"train":{"objective":\
          \(epoch == 7 ? "null" : "\(1.0 / Double(epoch))"),"accuracy":0.5}}
          """
        }
        try folder.write(lines.joined(separator: "\n") + "\n", to: "run/metrics.jsonl")
        let outcome = try Command(["plot", folder.path("run")]).run()
        #expect(outcome.code == 0 && outcome.messages == [], "\(outcome)")
        #expect(try pictures(folder.path("run/learning-curves")).utf8.count < 300_000)
      }
    }

    @Test("the confusion matrix of a run; a thousand classes without names")
    func confusion() throws {
      try withTemporaryFolder { folder in
        for count in [3, 1000] {
          let rows = (0..<count).map { row in
            "[" + (0..<count).map { $0 == row ? "5" : "0" }.joined(separator: ",") + "]"
          }
          try folder.write(
            "{\"name\":\"x\",\"test\":{\"confusion_matrix\":[\(rows.joined(separator: ","))]}}",
            to: "run-\(count)/summary.json")
          let outcome = try Command(["plot", folder.path("run-\(count)"), "--of", "confusion"])
            .run()
          #expect(outcome.code == 0 && outcome.messages == [], "\(outcome)")
          #expect(try pictures(folder.path("run-\(count)/confusion")).contains("test set"))
        }
      }
    }

    @Test(
      "what can't be drawn is refused in one sentence",
      arguments: [
        (["nowhere"], Int32(66), "nowhere"), (["empty"], 65, "no run directory"),
        (["begun"], 65, "no finished epoch"), (["damaged"], 65, "line 2"),
        (["good", "--metric", "nothing"], 64, "objective"),
        (["good", "--out", "picture.pdf"], 64, ".svg or .png"),
        (["good", "--of", "confusion"], 66, "summary.json"),
        (["good", "--of", "gradient-flow"], 65, "gradient_flow"),
        (["good", "--out", "nowhere/picture.svg"], 73, "nowhere"), ([], 64, "runs"),
      ])
    func refused(words: [String], code: Int32, says: String) throws {
      try withTemporaryFolder { folder in
        let line = "{\"epoch\":1,\"step\":1,\"learning_rate\":0.1,\"train\":{\"objective\":1}}\n"
        try folder.write("x", to: "empty/notes.txt")
        try folder.write("", to: "begun/metrics.jsonl")
        try folder.write(line + "{\"epoch\n", to: "damaged/metrics.jsonl")
        try folder.write(line, to: "good/metrics.jsonl")
        let outcome = try Command(["plot"] + words, in: folder.path).run()
        #expect(outcome.code == code, "\(outcome)")
        #expect(outcome.error.contains(says), "\(outcome)")
        #expect(outcome.output == "")
        #expect(try folder.entries(of: "good") == ["metrics.jsonl"])
      }
    }
  }
}
