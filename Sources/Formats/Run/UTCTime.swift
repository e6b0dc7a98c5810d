#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A moment in Coordinated Universal Time, to the second.
public struct UTCTime: Hashable, Sendable {
  /// Seconds since 1970 began.
  public var seconds: Int

  /// A moment so many seconds after 1970 began.
  public init(seconds: Int) { self.seconds = seconds }

  /// The present moment.
  public static func now() -> UTCTime { UTCTime(seconds: time(nil)) }

  /// Such as `20250131-235959`: sorts by time and is a good name.
  public var compact: String {
    var (seconds, parts) = (time_t(seconds), tm())
    gmtime_r(&seconds, &parts)
    let date =
      (Int(parts.tm_year) + 1900) * 10_000 + Int(parts.tm_mon + 1) * 100 + Int(parts.tm_mday)
    let clock = Int(parts.tm_hour) * 10_000 + Int(parts.tm_min) * 100 + Int(parts.tm_sec)
    return UTCTime.padded(date, 8) + "-" + UTCTime.padded(clock, 6)
  }

  /// As ISO 8601 writes it: `2025-01-31T23:59:59Z`.
  public var iso: String {
    let digits = Array(compact)
    func part(_ range: Range<Int>) -> String { String(digits[range]) }
    return "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))T\(part(9..<11)):\(part(11..<13))"
      + ":\(part(13..<15))Z"
  }

  private static func padded(_ value: Int, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
