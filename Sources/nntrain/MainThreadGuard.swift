import Training

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Ends the process where its main thread is stuck outside of message passing: in a read that never
/// returns, or in a loop without end. Runs beside it and never calls the message-passing library.
struct MainThreadGuard {
  /// The looks at the heart for which it must stand still. Looks are counted, not seconds: a process
  /// that was suspended has not been stuck.
  private static let looks = 16

  private let task: Task<Void, Never>

  /// Guards a rank that must show a sign of life within `seconds`; `who` names it and its host.
  init(_ heartbeat: Heartbeat, seconds: Double, who: String) {
    task = Task.detached {
      var (last, still) = (heartbeat.beats, 0)
      while !Task.isCancelled {
        try? await Task.sleep(for: .seconds(seconds / Double(MainThreadGuard.looks)))
        let beats = heartbeat.beats
        still = beats == last ? still + 1 : 0
        last = beats
        guard still >= MainThreadGuard.looks, !Task.isCancelled else { continue }
        Output.error(
          "\(who) is stuck: no sign of life for \(Text.duration(seconds)) after step"
            + " \(heartbeat.step), \(heartbeat.phase.words)")
        Output.letTheLauncherRead()
        _exit(ExitCode.lockstep)
      }
    }
  }

  /// Ends the guard.
  func end() { task.cancel() }
}
