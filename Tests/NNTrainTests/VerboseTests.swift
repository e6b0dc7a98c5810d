import Testing
import _TestSupport

extension EndToEnd {
  /// What a run tells beyond the usual when asked.
  @Suite struct VerboseTests {
    @Test("the time to the first step, and where it went")
    func startUp() throws {
      try withTemporaryFolder { folder in
        let words = ["--set", "training.epochs=3 steps", "--run", "run"]
        let silent = try Command(words, in: folder.path).run()
        #expect(silent.code == 0 && !silent.output.contains("start-up"), "\(silent)")

        let told = try Command(words.dropLast() + ["other", "--verbose"], in: folder.path).run()
        let lines = told.output.split(separator: "\n").filter { $0.hasPrefix("start-up: ") }
        try #require(lines.count == 1, "\(told)")
        let seconds = lines[0].split(separator: " ").compactMap { Double($0) }
        try #require(seconds.count == 6, "\(lines[0])")
        let parts = seconds.dropFirst().reduce(0, +)
        #expect(seconds.allSatisfy { $0 >= 0 } && parts > 0 && parts < seconds[0] + 0.05)
        #expect(seconds[0] < 60)
        for part in ["in MPI_Init", "the data", "the network", "the first values", "the step"] {
          #expect(
            lines[0].contains(" s \(part)") || lines[0].contains(" s for \(part)")
              || lines[0].contains(" s in \(part)"))
        }
        let log = try folder.text(of: "other/log.txt")
        #expect(log.contains(lines[0]))

        // What goes on from a checkpoint tells its first step as well.
        let more = ["--run", "run", "--resume", "--verbose", "--set", "training.epochs=5 steps"]
        let resumed = try Command(more, in: folder.path).run()
        #expect(resumed.output.contains("\nstart-up: "), "\(resumed)")
      }
    }
  }
}
