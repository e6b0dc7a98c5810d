#if canImport(Glibc)
  import Glibc
#endif

/// Seconds on a clock that is never set back.
public enum MonotonicClock {
  /// The clock's reading.
  public static var seconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
