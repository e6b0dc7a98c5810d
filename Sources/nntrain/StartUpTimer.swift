import Training

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Glibc)
  import Glibc
#endif

/// Tells how long a run took from the start of its process to the end of its first step, and how much
/// of that was the start of message passing, which nntrain cannot shorten.
final class StartUpTimer: Callback {
  private let messagePassing: Double
  private let tell: (String) throws -> Void

  /// A timer that knows the seconds spent in `MPI_Init`, and tells its line through `tell`.
  init(messagePassing: Double, tell: @escaping (String) throws -> Void) {
    self.messagePassing = messagePassing
    self.tell = tell
  }

  /// Tells the line after the first step.
  func stepDidEnd(_ status: RunStatus) throws -> Verdict {
    guard status.step == 1, let age = StartUpTimer.processAge() else { return .continue }
    try tell(
      "start-up: \(Text.fixed(age, 2)) s from the start of the process to the end of the first step,"
        + " of which \(Text.fixed(messagePassing, 2)) s in MPI_Init")
    return .continue
  }

  /// The seconds since this process began, to a clock tick; nil where the system does not tell.
  private static func processAge() -> Double? {
    guard let status = try? String(contentsOfFile: "/proc/self/stat", encoding: .utf8),
      let ticks = startTicks(inStatus: status)
    else { return nil }
    var time = timespec()
    clock_gettime(CLOCK_BOOTTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
      - Double(ticks) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  /// Field 22 of proc(5)'s `stat`: clock ticks from the machine's start to the process's. The name in
  /// field 2 may hold spaces and parentheses, so fields are counted from the last one.
  static func startTicks(inStatus text: String) -> Int? {
    guard let end = text.lastIndex(of: ")") else { return nil }
    let fields = text[text.index(after: end)...].split(separator: " ")
    return fields.count > 19 ? Int(fields[19]) : nil
  }
}
