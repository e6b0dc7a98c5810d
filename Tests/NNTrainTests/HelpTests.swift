import Foundation
import Testing
import _TestSupport

extension EndToEnd {
  /// The help of every command is what was agreed: `Tests/Golden/help`.
  ///
  /// After a change that is meant, `NNTRAIN_REFRESH_HELP=1 swift test --filter HelpTests` writes the
  /// files anew (and fails, so that it is done once and looked at).
  @Suite struct HelpTests {
    @Test(arguments: [
      "nntrain", "train", "check", "evaluate", "predict", "compare", "surface", "schema",
      "report-crash", "replay", "pretrain", "sample", "plot", "report", "init",
    ])
    func snapshot(command: String) throws {
      let words = (command == "nntrain" ? [] : [command]) + ["--help"]
      let outcome = try Command(words, environment: ["COLUMNS": "80"]).run()
      #expect(outcome.code == 0 && outcome.error == "", "\(outcome)")
      let file = Files.repository.appendingPathComponent("Tests/Golden/help/\(command).txt")
      if ProcessInfo.processInfo.environment["NNTRAIN_REFRESH_HELP"] != nil {
        try Data(outcome.output.utf8).write(to: file)
        Issue.record("\(file.path) was written anew")
      }
      #expect(outcome.output == (try Files.text(file.path)))
    }

    @Test func everyCommandHasASnapshot() throws {
      let help = try Command(["--help"]).run().output
      let commands = help.split(separator: "\n").drop { $0 != "SUBCOMMANDS:" }.dropFirst()
        .prefix { $0.hasPrefix("  ") && !$0.hasPrefix("  See ") }.compactMap { line in
          line.hasPrefix("   ") ? nil : line.split(separator: " ").first.map(String.init)
        }
      #expect(commands.count >= 5)
      let files = Files.entries(Files.repository.appendingPathComponent("Tests/Golden/help").path)
      #expect(files == (["nntrain"] + commands).map { $0 + ".txt" }.sorted())
    }
  }
}
