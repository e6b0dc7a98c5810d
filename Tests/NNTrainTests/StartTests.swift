import Testing
import _TestSupport

extension FailingEndToEnd {
  /// Jobs that do not come together.
  @Suite struct StartTests {
    @Test("a rank that does not come to MPI_Init: one message and 76, also where it is the first")
    func absentRank() throws {
      // Both at once: most of the time is waiting.
      let jobs = try [0, 1].map { absent in
        // The rank is a shell that starts nntrain too late.
        let late = "[ $OMPI_COMM_WORLD_RANK != \(absent) ] || exec sleep 60; exec \"$0\" \"$@\""
        return try Command(
          ["--quiet"], ranks: 2, launcherOptions: ["sh", "-c", late],
          environment: ["NNTRAIN_START_LIMIT": "1"]
        ).start()
      }
      for (absent, job) in jobs.enumerated() {
        let outcome = try job.finish(timeout: 30)
        #expect(outcome.code == 76, "\(outcome)")
        try #require(outcome.messages.count == 1, "\(outcome)")
        let message = outcome.messages[0]
        #expect(message.hasPrefix("nntrain: rank \(1 - absent) on "), "\(message)")
        #expect(
          message.contains("is stuck: MPI_Init has not returned for 1.0 s; one of the 2 ranks"))
        #expect(job.ranks == [])
      }
    }

    @Test("no thread of nntrain reads the environment while MPI_Init sets variables")
    func environment() throws {
      try withTemporaryFolder { folder in
        let watch = try preloaded("environment/watch.c", in: folder)
        for run in ["a", "b", "c"] {
          let outcome = try Command(
            ["--quiet", "--epochs", "1", "--run", run, "--set", "training.epochs=1 steps"],
            environment: ["LD_PRELOAD": watch, "NNTRAIN_START_LIMIT": "30"], in: folder.path
          ).run()
          let lines = outcome.messages.filter { $0.hasPrefix("environment: ") }
          #expect(lines.contains("environment: MPI_Init has been watched"), "\(outcome)")
          let others = lines.filter {
            $0.hasSuffix(" during MPI_Init") && !$0.contains("(OMPI_") && !$0.contains("(PMIX_")
          }
          #expect(others == [])
        }
      }
    }

    @Test("a limit that is no number")
    func badLimit() throws {
      let outcome = try Command(["--quiet"], environment: ["NNTRAIN_START_LIMIT": "soon"]).run()
      #expect(outcome.code == 64 && outcome.messages.count == 1, "\(outcome)")
      #expect(outcome.messages.first?.contains("NNTRAIN_START_LIMIT is \"soon\"") == true)
    }
  }
}
