#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How a loop of tests passes the time: a few tests at once, since most messages are nearly there,
/// then the processor is offered to others, since ranks may outnumber the cores.
struct Patience {
  /// Tests in a row before the processor is offered to others.
  static let eagerTests = 16

  private let limit: Double?
  private var tests = 0
  private var last: Double?
  private var spent = 0.0

  /// Patience for `timeout` seconds, or for ever.
  init(timeout: Double?) {
    limit = timeout
  }

  /// To be called after each test without success; false when the time is over.
  mutating func goesOn() -> Bool {
    tests &+= 1
    if tests <= Patience.eagerTests { return true }
    sched_yield()
    // The clock is looked at now and then only: it costs as much as a test.
    return tests & 63 == 1 ? lasts(at: Patience.seconds()) : true
  }

  /// Whether patience still lasts at the time `now`.
  ///
  /// A gap between two looks is counted as a quarter of the limit at most: a process that was itself
  /// suspended has not waited, and must not accuse the others when it wakes.
  mutating func lasts(at now: Double) -> Bool {
    guard let limit else { return true }
    if let last { spent += min(now - last, limit / 4) }
    last = now
    return spent < limit
  }

  private static func seconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
  }
}
