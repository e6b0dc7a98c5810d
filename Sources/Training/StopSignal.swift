import Tensors

#if canImport(Glibc)
  import Glibc
#endif

/// Requests to stop: SIGINT, SIGTERM and SIGUSR1 from outside, and a limit of time.
///
/// The signals are blocked and looked for between steps, so that no step is ever cut in two and
/// nothing global has to be written by a handler. Threads started later inherit the mask; one that
/// was started before would take the signals as it likes: make this before message passing begins,
/// which starts threads of its own. The first request lets go of the signals, so that a second one
/// ends the process at once.
public final class StopSignal {
  private var mask = sigset_t()
  /// The signal that was received.
  public private(set) var received: Int32?
  /// The moment of the monotonic clock, in seconds, after which the run is asked to stop; nil for
  /// none. Only one rank needs it.
  public var deadline: Double?
  private var isLate = false

  /// Begins to hold back the signals.
  public init() {
    mask = StopSignal.requests
    pthread_sigmask(SIG_BLOCK, &mask, nil)
  }

  /// Whether a request has arrived.
  public func poll() -> Bool {
    if received != nil || isLate { return true }
    if let deadline, MonotonicClock.seconds >= deadline {
      isLate = true
      return true
    }
    var now = timespec(tv_sec: 0, tv_nsec: 0)
    let signal = sigtimedwait(&mask, nil, &now)
    guard signal > 0 else { return false }
    received = signal
    StopSignal.release()
    return true
  }

  /// Lets the signals end the process again, as they do by default.
  public static func release() {
    var mask = requests
    pthread_sigmask(SIG_UNBLOCK, &mask, nil)
  }

  private static var requests: sigset_t {
    var mask = sigset_t()
    sigemptyset(&mask)
    for signal in [SIGINT, SIGTERM, SIGUSR1] { sigaddset(&mask, signal) }
    return mask
  }

  /// The name of the signal that was received.
  public var name: String {
    switch received {
    case nil where isLate: "its time limit"
    case SIGINT: "SIGINT"
    case SIGTERM: "SIGTERM"
    case SIGUSR1: "SIGUSR1"
    default: "another rank's signal"
    }
  }
}
