import Collectives
import MPI
import Training

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Ends a job whose ranks wait for one that is lost or stuck, with one report of who is where.
///
/// A rank that has waited for too long calls all others. Those that wait themselves hear it and answer
/// at once; those that do not have not arrived.
final class Watchdog: WaitWatcher {
  /// The most seconds in which ranks must answer.
  static let grace = 5.0

  private let group: RankGroup
  private let rollCall: RollCall
  /// The run directory in which ranks keep what they did last, where they do.
  private var run: String?

  /// A watchdog over all waits of the ranks' communicator and those made from it later.
  init(_ group: RankGroup) throws(MPIError) {
    self.group = group
    rollCall = try RollCall(group.communicator)
    group.communicator.watcher = self
  }

  /// From now on `trained`, the ranks that train, keep their last phases in the directory `run`, where those
  /// of a rank that can't answer are looked up.
  ///
  /// Groups of some of the ranks number theirs in another way, and so have no part in this.
  func readsRecorders(of trained: RankGroup, in run: String) {
    self.run = trained.size == group.size && !run.isEmpty ? run : nil
  }

  /// Called now and then while this rank waits: it is not stuck, and it listens for the call.
  func goesOnWaiting() -> Bool {
    group.heartbeat.beat()
    return !rollCall.isCalled
  }

  /// Finds out who is missing after a wait has ended without success; the lowest rank that answers
  /// reports and ends the job.
  func endJob(after error: MPIError) -> Never {
    let communicator = group.communicator
    let mine = RollCall.Answer(
      step: group.heartbeat.step, phase: group.heartbeat.phase.rawValue)
    let patience = min(Watchdog.grace, communicator.timeout ?? Watchdog.grace)
    let answers = (try? rollCall.hold(mine, within: patience)) ?? []
    if let lowest = answers.firstIndex(where: { $0 != nil }), lowest != group.rank {
      // Its report ends this process as well; where it cannot, this rank's own follows.
      usleep(3_000_000)
    }
    communicator.abort(
      code: ExitCode.lockstep,
      message: answers.isEmpty
        ? VisibleText.line("\(error)")
        : Watchdog.report(answers, hosts: group.hosts) { [run] rank in
          run.flatMap { FlightRecord.lastEvent(ofRank: rank, of: answers.count, in: $0) }
        })
  }

  /// Who is missing, where its recorder last saw it, and where the others are, by rank.
  static func report(
    _ answers: [RollCall.Answer?], hosts: [String], lastEvent: (Int) -> FlightRecord.Event?
  ) -> String {
    func list(_ ranks: [Int], _ word: (Int) -> String) -> String {
      ranks.prefix(8).map(word).joined(separator: "; ")
        + (ranks.count > 8 ? "; and \(ranks.count - 8) more" : "")
    }
    let missing = answers.indices.filter { answers[$0] == nil }
    let present = answers.indices.filter { answers[$0] != nil }
    let places = list(present) { rank in
      let answer = answers[rank]
      let phase = answer.flatMap { Phase(rawValue: $0.phase) } ?? .other
      return "rank \(rank) (\(hosts[rank])) after step \(answer?.step ?? 0), \(phase.words)"
    }
    guard !missing.isEmpty else {
      return "the ranks wait for one another and none goes on: \(places)"
    }
    let lost = list(missing) { rank in
      let seen = lastEvent(rank).map { ", last seen after step \($0.step), \($0.phase.words)" }
      return "rank \(rank) (\(hosts[rank])\(seen ?? ""))"
    }
    return "a rank is lost or stuck: \(lost)"
      + " did not arrive and \(missing.count == 1 ? "does" : "do") not answer."
      + " The others wait: \(places)"
  }
}
