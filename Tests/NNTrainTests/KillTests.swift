import Foundation
import Testing
import _TestSupport

#if canImport(Glibc)
  import Glibc
#endif

extension FailingEndToEnd {
  /// Runs that are killed at random instants and resumed on random numbers of ranks, again and again.
  ///
  /// `NNTRAIN_KILLS` says how often (4 without it), `NNTRAIN_KILL_SEED` repeats a choice.
  @Suite struct KillTests {
    @Test("killed at any instant and resumed on any number of ranks, a run ends with the same bits")
    func kills() throws {
      let environment = ProcessInfo.processInfo.environment
      let count = environment["NNTRAIN_KILLS"].flatMap { Int($0) } ?? 4
      let seed = environment["NNTRAIN_KILL_SEED"].flatMap { UInt64($0) } ?? .random(in: 0...9999)
      var generator = Dice(state: seed)
      try withTemporaryFolder { folder in
        let lab = try Laboratory(folder, epochs: 40, checkpoints: "3 steps")
        let whole = try lab.train("whole", ranks: 2)
        var story = ["seed \(seed)"]
        var (done, number) = (0, 1)
        while done < count {
          let run = "run-\(number)"
          let ranks = Int.random(in: 1...8, using: &generator)
          let job = try lab.command(run, ranks: ranks, ["--resume", "--quiet"]).start()
          let instant = Instant.allCases.randomElement(using: &generator) ?? .anywhere
          let victims = Int.random(in: 0...ranks, using: &generator)
          if wait(for: instant, job, folder.path(run), &generator), kill(job, victims) {
            let outcome = try job.finish()
            done += 1
            story.append("\(instant) on \(ranks) ranks, victim \(victims): \(outcome.code)")
            #expect(outcome.code == 128 + SIGKILL, "\(story): \(outcome)")
            for _ in 0..<400 where !job.ranks.isEmpty { usleep(10_000) }
          } else {
            // It came to its end before: another one is begun.
            let outcome = try job.finish()
            #expect(outcome.code == 0 && outcome.messages == [], "\(story): \(outcome)")
            number += 1
          }
        }
        for number in 1...number {
          let ranks = Int.random(in: 1...8, using: &generator)
          let run = try lab.train("run-\(number)", ranks: ranks, ["--resume", "--quiet"])
          #expect(run.invariant == whole.invariant, "\(story)")
          #expect(
            try Files.bytes(run.path + "/model.safetensors")
              == Files.bytes(whole.path + "/model.safetensors"), "\(story)")
        }
        if count > 4 { print(story.joined(separator: "\n")) }
      }
    }

    /// When a run is killed.
    private enum Instant: CaseIterable {
      /// At a random instant of the start or the steps.
      case anywhere
      /// While a checkpoint is being written.
      case checkpoint
      /// Around the moment at which a checkpoint gets its name.
      case rename
      /// While an epoch is evaluated or told.
      case evaluation
    }

    /// Waits for the instant; answers false where the run has ended before.
    private func wait(
      for instant: Instant, _ job: RunningCommand, _ run: String, _ dice: inout Dice
    ) -> Bool {
      let checkpoints = run + "/checkpoints"
      func newest() -> [String] { Files.entries(checkpoints).filter { $0.hasPrefix("step-") } }
      func lines() -> Int { (try? Files.bytes(run + "/metrics.jsonl").count) ?? 0 }
      let began = newest()
      let told = lines()
      let condition: () -> Bool =
        switch instant {
        case .anywhere: { true }
        case .checkpoint: { Files.entries(checkpoints).contains { $0.hasSuffix(".part") } }
        case .rename: { newest() != began }
        case .evaluation: { lines() > told }
        }
      // A start takes a while; every second kill comes after it.
      usleep(useconds_t(Int.random(in: 0...1_500_000, using: &dice)))
      for _ in 0..<20_000 where !condition() {
        guard job.isRunning else { return false }
        usleep(500)
      }
      return job.isRunning
    }

    /// Kills one rank, or with `victim` 0 all of them and their launcher.
    private func kill(_ job: RunningCommand, _ victim: Int) -> Bool {
      var ranks = job.ranks
      // The start of a job has no ranks yet.
      for _ in 0..<1000 where ranks.isEmpty && job.isRunning {
        usleep(5_000)
        ranks = job.ranks
      }
      guard !ranks.isEmpty, job.isRunning else { return false }
      if victim == 0 {
        for rank in ranks { Glibc.kill(rank, SIGKILL) }
        job.send(SIGKILL)
      } else {
        Glibc.kill(ranks[(victim - 1) % ranks.count], SIGKILL)
      }
      return true
    }
  }
}

/// Random numbers that can be had again: SplitMix64.
private struct Dice: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
