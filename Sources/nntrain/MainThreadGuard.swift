import MPI
import Training

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Ends the process where its main thread is stuck outside of the waits that have a deadline: in a read that
/// never returns, in a loop without end, in `MPI_Init`. Runs beside it and never calls the message-passing
/// library.
struct MainThreadGuard {
  /// The looks at the heart for which it must stand still. Looks are counted, not seconds: a process
  /// that was suspended has not been stuck.
  private static let looks = 16

  private let task: Task<Void, Never>

  /// Guards a rank that must show a sign of life within `seconds`; `who` names it and its host.
  init(_ heartbeat: Heartbeat, seconds: Double, who: String) {
    self.init(seconds: seconds, beats: { heartbeat.beats }) {
      "\(who) is stuck: no sign of life for \(Text.duration(seconds)) after step"
        + " \(heartbeat.step), \(heartbeat.phase.words)"
    }
  }

  /// Guards the start of message passing, which returns when all of the `launch` have come; nil where it may
  /// take for ever.
  ///
  /// The first rank tells, which ends the others. Where it is the one that does not come, the next one does
  /// some seconds later.
  init?(startOf launch: LaunchEnvironment, on host: String, limit: StartLimit) {
    guard let seconds = limit.seconds else { return nil }
    let turn = launch.isFirst ? 0 : 3 + 0.2 * Double(min(launch.rank, 10))
    let size = launch.size ?? 1
    self.init(seconds: seconds + turn, beats: { 0 }) {
      "rank \(launch.rank) on \(host) is stuck: MPI_Init has not returned for"
        + " \(Text.duration(seconds)); "
        + (size > 1
          ? "one of the \(size) ranks does not come, or their hosts do not reach one another"
          : "Open MPI does not start on this host")
        + " (\(StartLimit.variable) sets the seconds)"
    }
  }

  /// Guards the end of message passing, which returns when all ranks have come to theirs; nil where the ranks wait
  /// for one another for ever. Who tells is decided as at the start.
  ///
  /// Twice the time of the watchdog, and some seconds at least: a rank that still closes its files, or whose
  /// host does something else, is not lost.
  init?(endOf group: RankGroup) {
    guard group.size > 1, let patience = group.communicator.timeout else { return nil }
    let seconds = max(2 * patience, 5)
    let (rank, size, host) = (group.rank, group.size, group.hosts[group.rank])
    let turn = rank == 0 ? 0 : 3 + 0.2 * Double(min(rank, 10))
    self.init(seconds: seconds + turn, beats: { 0 }) {
      "rank \(rank) on \(host) is stuck: MPI_Finalize has not returned for \(Text.duration(seconds));"
        + " one of the \(size) ranks does not come to its end (twice parallel.watchdog, at least 5 s)"
    }
  }

  /// Ends the process with the words of `message` when `beats` has stood still for `seconds`.
  private init(
    seconds: Double, beats: @escaping @Sendable () -> Int,
    message: @escaping @Sendable () -> String
  ) {
    task = Task.detached {
      var (last, still) = (beats(), 0)
      while !Task.isCancelled {
        try? await Task.sleep(for: .seconds(seconds / Double(MainThreadGuard.looks)))
        let count = beats()
        still = count == last ? still + 1 : 0
        last = count
        guard still >= MainThreadGuard.looks, !Task.isCancelled else { continue }
        Output.error(message())
        Output.letTheLauncherRead()
        _exit(ExitCode.lockstep)
      }
    }
  }

  /// Ends the guard.
  func end() { task.cancel() }
}
