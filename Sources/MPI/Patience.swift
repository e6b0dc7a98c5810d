#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How a loop of tests passes the time: a few tests at once, since most messages are nearly there,
/// then the processor is offered to others, since ranks may outnumber the cores.
public struct Patience {
  /// Tests in a row before the processor is offered to others.
  static let eagerTests = 16

  private let communicator: Communicator?
  private let limit: Double?
  private var tests = 0
  private var last: Double?
  private var spent = 0.0

  /// Patience for as long as the `communicator` and its watcher allow.
  public init(_ communicator: Communicator) {
    self.communicator = communicator
    limit = communicator.timeout
  }

  /// Patience for `timeout` seconds, or for ever.
  init(timeout: Double?) {
    communicator = nil
    limit = timeout
  }

  /// To be called after each test without success; false when the time is over.
  public mutating func goesOn() -> Bool {
    tests &+= 1
    if tests <= Patience.eagerTests { return true }
    sched_yield()
    // The clock is looked at now and then only: it costs as much as a test.
    guard tests & 63 == 1 else { return true }
    if let watcher = communicator?.watcher, !watcher.goesOnWaiting() { return false }
    return lasts(at: Patience.seconds())
  }

  /// The failure of a wait whose time is over.
  public func timeout(_ operation: String) -> MPIError {
    MPIError(
      operation: operation, communicator: communicator?.name ?? "none", kind: .timeout,
      text: "no answer within \(limit ?? 0) s; a rank is lost or stuck")
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
