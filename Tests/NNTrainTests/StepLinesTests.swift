import Formats
import Testing
import _TestSupport

extension EndToEnd {
  /// Lines of `metrics.jsonl` on single steps.
  @Suite struct StepLinesTests {
    private func lines(_ run: String) throws -> [JSONValue] {
      try Files.text(run + "/metrics.jsonl").split(separator: "\n").map {
        try JSONValue(parsing: String($0))
      }
    }

    @Test("a line every few steps: on any number of ranks, and after a resume within an epoch")
    func steps() throws {
      try withTemporaryFolder { folder in
        let laboratory = try Laboratory(folder, epochs: 3)
        let every = ["--set", "logging.every=4 steps"]
        let alone = try laboratory.train("alone", ranks: nil, every)
        let whole = try lines(alone.path)
        let steps = whole.filter { $0["batch_objective"] != nil }
        #expect(steps.compactMap { $0["step"]?.int } == [4, 8, 12, 16])
        #expect(steps.compactMap { $0["epoch"]?.int } == [1, 2, 2, 3])
        #expect(whole.count == 7 && alone.epochs.count == 3)
        #expect(steps.allSatisfy { $0["timestamp"]?.string != nil })
        // Stopped within the second epoch, and continued on other ranks.
        let cut = try laboratory.command("cut", ranks: 2, every, set: ["training.epochs=9 steps"])
          .run()
        try #require(cut.code == 0, "\(cut)")
        let rest = try laboratory.command("cut", ranks: 3, every + ["--resume"]).run()
        try #require(rest.code == 0, "\(rest)")
        func values(_ lines: [JSONValue]) -> [String] {
          lines.filter { $0["batch_objective"] != nil }.map {
            "\($0["step"]?.int ?? 0) \($0["learning_rate"]?.double ?? 0)"
              + " \($0["batch_objective"]?.double ?? 0)"
          }
        }
        #expect(try values(lines(folder.path("cut"))) == values(whole))
        // Epochs alone unless asked.
        let plain = try laboratory.train("plain", ranks: nil)
        #expect(try lines(plain.path).count == 3)
        #expect(plain.digest == alone.digest)
      }
    }

    @Test(arguments: ["0 steps", "3 epochs", "often"])
    func refused(every: String) throws {
      let outcome = try Command(["check", "--set", "logging.every=\(every)"]).run()
      #expect(outcome.code == 78 && outcome.error.contains("logging.every"), "\(outcome)")
    }
  }
}
