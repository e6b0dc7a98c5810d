import Testing
import _TestSupport

extension EndToEnd {
  /// What a run tells beyond the usual when asked.
  @Suite struct VerboseTests {
    @Test("the time to the first step, with the share of message passing")
    func startUp() throws {
      try withTemporaryFolder { folder in
        let words = ["--set", "training.epochs=3 steps", "--run", "run"]
        let silent = try Command(words, in: folder.path).run()
        #expect(silent.code == 0 && !silent.output.contains("start-up"), "\(silent)")

        let told = try Command(words.dropLast() + ["other", "--verbose"], in: folder.path).run()
        let lines = told.output.split(separator: "\n").filter { $0.hasPrefix("start-up: ") }
        try #require(lines.count == 1, "\(told)")
        let seconds = lines[0].split(separator: " ").compactMap { Double($0) }
        try #require(seconds.count == 2)
        #expect(seconds[0] > seconds[1] && seconds[1] > 0 && seconds[0] < 60)
        let log = try folder.text(of: "other/log.txt")
        #expect(log.contains(lines[0]))
      }
    }
  }
}
