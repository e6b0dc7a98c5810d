import Testing
import _TestSupport

extension FailingEndToEnd {
  /// What is told before any rank talks to another.
  @Suite struct CommandLineTests {
    @Test("wrong words, told by one rank", arguments: [nil, 3])
    func usage(ranks: Int?) throws {
      try withTemporaryFolder { folder in
        let commands = [
          ["--epoch", "3"], ["--epochs", "many"], ["a.yaml", "b.yaml"], ["predict"],
          ["check", "--ranks", "0"], ["evaluate", "m", "--bogus"],
        ].map { Command($0, ranks: ranks, in: folder.path) }
        for outcome in try Command.together(commands) {
          #expect(outcome.code == 64, "\(outcome)")
          #expect(outcome.output == "")
          #expect(outcome.messages.filter { $0.hasPrefix("Error: ") }.count == 1, "\(outcome)")
          #expect(outcome.messages.filter { $0.hasPrefix("Usage: ") }.count <= 1, "\(outcome)")
        }
        #expect(try folder.entries() == [])
      }
    }

    @Test("a misspelled command, answered by one rank", arguments: [nil, 3])
    func misspelledCommand(ranks: Int?) throws {
      try withTemporaryFolder { folder in
        let commands = [["chek", "a.yaml"], ["pretrian"], ["Train"]].map {
          Command($0, ranks: ranks, in: folder.path)
        }
        let meant = ["check", "pretrain", "train"]
        for (outcome, command) in zip(try Command.together(commands), meant) {
          #expect(outcome.code == 64, "\(outcome)")
          #expect(outcome.messages.filter { $0.hasPrefix("nntrain: ") }.count == 1, "\(outcome)")
          #expect(outcome.error.contains("did you mean \"nntrain \(command)\"?"), "\(outcome)")
        }
        // A file of such a name is a configuration.
        try folder.write(Array("seed: [".utf8), to: "chek")
        #expect(try Command(["chek"], ranks: ranks, in: folder.path).run().code == 78)
      }
    }

    @Test("--help and --version, from one rank")
    func helpFromOneRank() throws {
      for words in [["--help"], ["--version"], ["train", "--help"]] {
        let alone = try Command(words).run()
        let launched = try Command(words, ranks: 3).run()
        #expect(alone.code == 0 && alone.error == "", "\(alone)")
        #expect(launched.code == 0 && launched.messages == [], "\(launched)")
        // The launcher's pseudo-terminal may end lines with a carriage return.
        #expect(launched.output.replacing("\r\n", with: "\n") == alone.output)
        #expect(!alone.output.isEmpty)
      }
    }

    @Test("--help, check and schema do without message passing")
    func withoutMessagePassing() throws {
      // No such transport: whoever starts message passing ends at once.
      let broken = ["OMPI_MCA_pml": "absent", "OMPI_MCA_ess_singleton_isolated": "1"]
      try withTemporaryFolder { folder in
        let train = try Command(
          ["--epochs", "1", "--run", "run"], environment: broken, in: folder.path
        ).run()
        #expect(train.code != 0, "message passing works in spite of \(broken)")
        for words in [["--help"], ["check"], ["check", "--json"], ["schema"], ["--bogus"]] {
          let outcome = try Command(words, environment: broken, in: folder.path).run()
          #expect(outcome.code == (words == ["--bogus"] ? 64 : 0), "\(outcome)")
          #expect(!(outcome.output + outcome.error).isEmpty)
        }
        #expect(try folder.entries() == [])
      }
    }

    @Test("copies that a foreign launcher has started apart from one another refuse to run")
    func separateCopies() throws {
      try withTemporaryFolder { folder in
        for (rank, count) in [("0", 1), ("1", 0)] {
          for launcher in [
            ["PMI_RANK": rank, "PMI_SIZE": "2"],
            ["SLURM_PROCID": rank, "SLURM_NTASKS": "2", "SLURM_STEP_ID": "0"],
          ] {
            let outcome = try Command(
              ["--run", "run"], environment: launcher, in: folder.path
            ).run()
            #expect(outcome.code == 78, "\(outcome)")
            #expect(outcome.messages.count == count, "\(outcome)")
            #expect(outcome.messages.allSatisfy { $0.contains("2 separate copies") })
          }
        }
        #expect(try folder.entries() == [])
      }
    }
  }
}
