import Foundation
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

    @Test("too few open files, and no room for Open MPI's session directory")
    func withoutWhatIsNeeded() throws {
      try withTemporaryFolder { folder in
        let program = try Command.path()
        func run(_ words: String) -> (code: Int32, error: String) {
          let process = Process()
          let pipe = Pipe()
          process.executableURL = URL(fileURLWithPath: "/bin/sh")
          process.arguments = ["-c", words]
          process.standardError = pipe
          process.standardOutput = FileHandle.nullDevice
          try? process.run()
          let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
          process.waitUntilExit()
          return (process.terminationStatus, String(decoding: bytes, as: UTF8.self))
        }
        let train = "exec '\(program)' --quiet --epochs 1 --run '\(folder.path("run"))'"
        let few = run("ulimit -n 24; \(train)")
        #expect(few.code == 78 && few.error.split(separator: "\n").count == 1, "\(few)")
        #expect(few.error.contains("24 files") && few.error.contains("ulimit -n"), "\(few)")
        #expect(!Files.exist(folder.path("run")))
        // The soft limit alone is raised.
        let soft = run("ulimit -S -n 24; \(train)")
        #expect(soft.code == 0 && soft.error.isEmpty, "\(soft)")
        let small = try folder.write("", to: "small/x").dropLast(2)
        let mounted = run("mount -t tmpfs -o size=4m tmpfs '\(small)'")
        guard mounted.code == 0 else { return }
        defer { _ = run("umount '\(small)'") }
        let full = run("TMPDIR='\(small)' \(train)2")
        #expect(full.code == 73 && full.error.split(separator: "\n").count == 1, "\(full)")
        #expect(full.error.contains(small) && full.error.contains("TMPDIR"), "\(full)")
      }
    }
  }
}
