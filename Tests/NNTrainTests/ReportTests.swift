import Foundation
import Formats
import Testing
import _TestSupport

extension EndToEnd {
  /// The page of a run: complete, without a network, and with foreign text escaped.
  @Suite struct ReportTests {
    private static let hostile = "<script>alert('x')</script>"

    private func check(_ page: String) {
      #expect(page.hasPrefix("<!DOCTYPE html>") && page.hasSuffix("</html>\n"))
      // Nothing is loaded and nothing runs.
      #expect(!page.contains("<script") && !page.contains("http://") && !page.contains("https://"))
      for source in page.split(separator: "src=\"").dropFirst() {
        #expect(source.hasPrefix("data:image/"))
      }
    }

    @Test("a run whose names are hostile, with all its sections")
    func run() throws {
      try withTemporaryFolder { folder in
        let names = ["a&b", Self.hostile, "\"onload=\""]
        let lines = (0..<60).map { index -> String in
          let name = names[index % 3].replacing("\"", with: "\"\"")
          return "\(index % 3),\(index % 5),\"\(name)\"\n"
        }
        try folder.write("x,y,side\n" + lines.joined(), to: "d.csv")
        let configuration = try folder.write(
          """
          name: "<img src=x onerror=alert(1)>"
          data: {train: {path: d.csv, header: true, target: side}, split: {validation: 0.2, test: 0.2}}
          model: [{dense: {units: 4, activation: tanh}}, {dense: {units: 3, activation: softmax}}]
          objective: categorical_crossentropy
          metrics: [accuracy, confusion_matrix]
          optimizer: sgd
          training: {epochs: 2, batch: 9}
          diagnostics: {gradient_flow: 1}
          """, to: "a.yaml")
        let outcome = try Command([configuration, "--run", folder.path("run"), "-q"], ranks: 2)
          .run()
        try #require(outcome.code == 0, "\(outcome)")
        let report = try Command(["report", "run"], in: folder.path).run()
        try #require(report.code == 0 && report.output == "run/report.html\n", "\(report)")
        let page = try folder.text(of: "run/report.html")
        check(page)
        #expect(page.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"))
        #expect(!page.contains("<img src=x"))
        #expect(page.contains("a&amp;b") && page.contains("&quot;onload=&quot;"))
        for title in [
          "Result", "Learning curves", "Classes", "Confusion matrix", "Worst errors", "Layers",
          "Time",
          "Gradient statistics", "Environment", "Configuration",
        ] { #expect(page.contains("<h2>\(title)</h2>"), "\(title)") }
        let result = try RunResult(folder.path("run"))
        #expect(page.contains(result.digest) && page.contains("Seconds by rank"))
        #expect(!page.contains("Note:"))
        // Without its data the page has the rest, and says so.
        try FileManager.default.removeItem(atPath: folder.path("d.csv"))
        let again = try Command(["report", "run", "--out", "b.html"], in: folder.path).run()
        #expect(again.code == 0, "\(again)")
        let less = try folder.text(of: "b.html")
        check(less)
        #expect(less.contains("Note: no classes and errors") && !less.contains("Worst errors"))
        #expect(less.contains("Learning curves") && less.contains(result.digest))
      }
    }

    @Test("runs that are unfinished, stages, comparisons, and many classes")
    func others() throws {
      try withTemporaryFolder { folder in
        let line = "{\"epoch\":1,\"step\":1,\"learning_rate\":0.1,\"train\":{\"objective\":1}}\n"
        try folder.write(line, to: "begun/metrics.jsonl")
        try folder.write(line, to: "staged/metrics.jsonl")
        try folder.write(line, to: "staged/stages/1-rbm/metrics.jsonl")
        try folder.write(line, to: "compared/1-a/seed-1/metrics.jsonl")
        try folder.write(
          """
          {"ranked_by":"validation.accuracy","variants":[{"variant":"<a>","settings":["x=<1>"],\
          "mean":0.5,"runs":[{"seed":1,"code":0,"run":"1-a/seed-1"}]}]}
          """, to: "compared/comparison.json")
        let rows = (0..<1000).map { row in
          "[" + (0..<1000).map { $0 == row ? "5" : "0" }.joined(separator: ",") + "]"
        }
        try folder.write(
          "{\"name\":\"x\",\"test\":{\"confusion_matrix\":[\(rows.joined(separator: ","))]}}",
          to: "many/summary.json")
        for (name, says) in [
          ("begun", "has not ended"), ("staged", "Stage 1-rbm"), ("compared", "&lt;a&gt;"),
          ("many", "confusion matrix of 1000 classes"),
        ] {
          let outcome = try Command(["report", name], in: folder.path).run()
          #expect(outcome.code == 0 && outcome.messages == [], "\(outcome)")
          let page = try folder.text(of: name + "/report.html")
          check(page)
          #expect(page.contains(says), "\(name)")
        }
      }
    }

    @Test(
      "what is no run is refused in one sentence",
      arguments: [
        (["nowhere"], Int32(66), "nowhere"), (["empty"], 65, "no run directory"),
        (["damaged"], 65, "line 1"), (["good", "--out", "nowhere/a.html"], 73, "nowhere"),
      ])
    func refused(words: [String], code: Int32, says: String) throws {
      try withTemporaryFolder { folder in
        try folder.write("x", to: "empty/notes.txt")
        try folder.write("{\"epoch\n", to: "damaged/metrics.jsonl")
        try folder.write("{\"epoch\":1}\n", to: "good/metrics.jsonl")
        let outcome = try Command(["report"] + words, in: folder.path).run()
        #expect(outcome.code == code && outcome.messages.count == 1, "\(outcome)")
        #expect(outcome.error.contains(says), "\(outcome)")
        #expect(!Files.exist(folder.path("damaged/report.html")))
      }
    }
  }
}
