import Tensors
import Training

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Glibc)
  import Glibc
#endif

/// Tells how long a run took from the start of its process to the end of its first step, also where it goes on
/// from a checkpoint, and where that time went.
final class StartUpTimer: Callback {
  private var parts: [String]
  private var last: Double
  /// What tells the line; without it nothing is told.
  var tell: ((String) throws -> Void)?

  /// A timer that knows the seconds spent in `MPI_Init`, which nntrain cannot shorten, and for which the first
  /// part begins at `begin`, in seconds of the monotonic clock.
  init(messagePassing: Double, since begin: Double) {
    parts = ["\(Text.fixed(messagePassing, 2)) s in MPI_Init"]
    last = begin
  }

  /// Ends a part of the start, told as `words`.
  func lap(_ words: String) {
    let now = MonotonicClock.seconds
    parts.append("\(Text.fixed(now - last, 2)) s \(words)")
    last = now
  }

  /// Tells the line after the first step of this process.
  func stepDidEnd(_ status: RunStatus) throws -> Verdict {
    guard let tell, let age = StartUpTimer.processAge() else { return .continue }
    lap("in the step")
    self.tell = nil
    try tell(
      "start-up: \(Text.fixed(age, 2)) s from the start of the process to the end of the first step:"
        + " \(parts.joined(separator: ", "))")
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
