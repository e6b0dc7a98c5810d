/// What stands where in the file of a flight recorder: 64-bit little-endian words, a header and a ring
/// of records.
enum FlightLayout {
  /// `NNFLIGHT` in the order of bytes.
  static let magic: UInt64 = 0x5448_4749_4C46_4E4E
  static let version: UInt64 = 1
  /// The records that are kept.
  static let capacity = 1024
  /// The words of a record: the clock's nanoseconds, the updates that are done, and what happened.
  static let recordWords = 3
  static let headerWords = 24
  static let words = headerWords + capacity * recordWords

  /// The places of the header's words.
  enum Header {
    static let magic = 0
    static let version = 1
    static let rank = 2
    static let size = 3
    static let process = 4
    /// Nanoseconds since 1970 and of the monotonic clock at the same moment.
    static let wallClock = 5
    static let clock = 6
    /// The records that were written; the newest is at this number − 1 modulo the capacity.
    static let count = 7
    /// The host's name in 64 bytes, ended by a zero.
    static let host = 8
    static let hostWords = 8
  }

  /// The last word of a record: the phase that begins, and the buckets of the exchange that are started
  /// and summed.
  static func event(_ phase: Phase, started: Int, complete: Int) -> UInt64 {
    UInt64(phase.rawValue) | UInt64(truncatingIfNeeded: started & 0xFF_FFFF) << 16
      | UInt64(truncatingIfNeeded: complete & 0xFF_FFFF) << 40
  }
}
