import Foundation
import Testing
import _TestSupport

extension FailingEndToEnd {
  /// Ranks that run different builds or configurations would drift apart; they do not begin.
  @Suite struct SameProgramTests {
    /// What stands before the build id in a program: lengths of name and id, type, name.
    private static let noteHeader = Data(
      [4, 0, 0, 0, 20, 0, 0, 0, 3, 0, 0, 0] + Array("GNU\0".utf8))

    @Test("another build on one rank")
    func otherBuild() throws {
      try withTemporaryFolder { folder in
        var program = try Data(contentsOf: URL(fileURLWithPath: Command.path()))
        let header = try #require(program.range(of: SameProgramTests.noteHeader))
        program[header.upperBound] ^= 1
        let other = folder.path("other")
        try program.write(to: URL(fileURLWithPath: other))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: other)
        try expectRefusal(folder, secondRank: [other], word: "nntrain program")
      }
    }

    @Test("another configuration on one rank")
    func otherConfiguration() throws {
      try withTemporaryFolder { folder in
        let second = [try Command.path(), "--set", "training.batch=16"]
        try expectRefusal(folder, secondRank: second, word: "configuration")
      }
    }

    private func expectRefusal(
      _ folder: TemporaryFolder, secondRank: [String], word: String
    ) throws {
      let run = ["--run", folder.path("run"), "--quiet"]
      let outcome = try Command(run + [":", "-n", "1"] + secondRank + run, ranks: 1).run()
      #expect(outcome.code == 78, "\(outcome)")
      try #require(outcome.messages.count == 1, "\(outcome)")
      #expect(outcome.messages[0].contains(word) && outcome.messages[0].contains("rank 1"))
      #expect(!FileManager.default.fileExists(atPath: folder.path("run")))
    }
  }
}
