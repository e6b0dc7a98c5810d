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

  /// A watchdog over all waits of the ranks' communicator and those made from it later.
  init(_ group: RankGroup) throws(MPIError) {
    self.group = group
    rollCall = try RollCall(group.communicator)
    group.communicator.watcher = self
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
      message: answers.isEmpty ? "\(error)" : Watchdog.report(answers, hosts: group.hosts))
  }

  /// Who is missing and where the others are, by rank.
  static func report(_ answers: [RollCall.Answer?], hosts: [String]) -> String {
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
    return "a rank is lost or stuck: \(list(missing) { "rank \($0) (\(hosts[$0]))" })"
      + " did not arrive and \(missing.count == 1 ? "does" : "do") not answer."
      + " The others wait: \(places)"
  }
}
