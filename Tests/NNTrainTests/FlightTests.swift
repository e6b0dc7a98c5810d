import Formats
import Testing
import _TestSupport

#if canImport(Glibc)
  import Glibc
#endif

extension FailingEndToEnd {
  /// What every rank did last outlives it.
  @Suite struct FlightTests {
    @Test("a recorder's file that is cut off during a run costs the recorder alone")
    func cutOff() throws {
      try withTemporaryFolder { folder in
        let lab = try Laboratory(folder, epochs: 20)
        let job = try lab.command(
          "run", ranks: 2, environment: ["NNTRAIN_FAULT": "slow:0:0.02"]
        ).start()
        try job.wait("an epoch") { $0.output.contains("epoch  2/20") }
        for rank in 0..<2 {
          try #require(truncate(folder.path("run/flight/rank-\(rank).bin"), 0) == 0)
        }
        let outcome = try job.finish()
        #expect(outcome.code == 0 && outcome.messages == [], "\(outcome)")
        #expect(outcome.output.contains("note: 2 files in flight truncated"), "\(outcome)")
        #expect(!Files.exist(folder.path("run/flight")))
        let whole = try lab.train("whole", ranks: nil)
        #expect(try RunResult(folder.path("run")).invariant == whole.invariant)
      }
    }

    @Test("a rank that is killed, and what the others did until then")
    func killed() throws {
      try withTemporaryFolder { folder in
        let lab = try Laboratory(folder, epochs: 1_000_000)
        let job = try lab.command("run", ranks: 3, ["--quiet"]).start()
        try job.wait("a checkpoint") { _ in
          // Any one behind the first: a quick run soon displaces each.
          Files.entries(folder.path("run/checkpoints")).contains {
            $0.hasSuffix(".safetensors") && $0 != "step-0.safetensors"
          }
        }
        let victim = try #require(job.ranks.last)
        kill(victim, SIGKILL)
        _ = try job.finish()
        let outcome = try Command(["report-crash", folder.path("run"), "--last", "30"]).run()
        #expect(outcome.code == 0 && outcome.messages == [], "\(outcome)")
        let lines = outcome.output.split(separator: "\n")
        #expect(lines[0].hasPrefix("the last event of 3 ranks was at "))
        for rank in 0..<3 {
          #expect(lines[rank + 1].hasPrefix("rank \(rank) ("), "\(outcome)")
          #expect(lines[rank + 1].contains(": after step "))
        }
        #expect(lines.contains { $0.contains("process \(victim))") }, "\(outcome)")
        #expect(lines.count == 5 + 30)

        // A damaged one is told; the next start begins anew, and a good end leaves nothing.
        try folder.write(Array("broken".utf8), to: "run/flight/rank-1.bin")
        let damaged = try Command(["report-crash", folder.path("run")]).run()
        #expect(damaged.code == 65 && damaged.messages.count == 1, "\(damaged)")
        #expect(damaged.messages.first?.contains("rank-1.bin: is no flight recorder") == true)
        let resumed = try lab.command(
          "run", ranks: 2, ["--quiet", "--resume"], set: ["training.epochs=3"]
        ).run()
        #expect(resumed.code == 0, "\(resumed)")
        #expect(!Files.exist(folder.path("run/flight")))
        let gone = try Command(["report-crash", folder.path("run")]).run()
        #expect(gone.code == 66 && gone.messages.count == 1, "\(gone)")
      }
    }
  }
}
