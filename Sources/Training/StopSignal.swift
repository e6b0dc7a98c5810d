#if canImport(Glibc)
  import Glibc
#endif

/// Requests from outside to stop: SIGINT, SIGTERM and SIGUSR1.
///
/// The signals are blocked and looked for between steps, so that no step is ever cut in two and
/// nothing global has to be written by a handler. Threads started later inherit the mask; one that
/// was started before would take the signals as it likes: make this before message passing begins,
/// which starts threads of its own.
public final class StopSignal {
  private var mask = sigset_t()
  /// The signal that was received.
  public private(set) var received: Int32?

  /// Begins to hold back the signals.
  public init() {
    mask = StopSignal.requests
    pthread_sigmask(SIG_BLOCK, &mask, nil)
  }

  /// Whether a request has arrived.
  public func poll() -> Bool {
    if received != nil { return true }
    var now = timespec(tv_sec: 0, tv_nsec: 0)
    let signal = sigtimedwait(&mask, nil, &now)
    if signal > 0 { received = signal }
    return received != nil
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
    case SIGINT: "SIGINT"
    case SIGTERM: "SIGTERM"
    case SIGUSR1: "SIGUSR1"
    default: "another rank's signal"
    }
  }
}
