import Formats
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Keeps the last phases of one rank in a file that survives it: `flight/rank-<n>.bin` in the run
/// directory. An event costs four stores; the clock has been read by whoever tells.
public final class FlightRecorder {
  /// The folder within a run directory.
  public static let folder = "flight"

  /// The file of `rank`.
  static func file(_ rank: Int) -> String { "rank-\(rank).bin" }

  private let words: MappedWords
  private var count = 0

  /// A recorder of `rank` out of `size` in the run directory `run`; nil where the rank's host cannot
  /// keep one there, which is no reason not to train.
  public init?(run: String, rank: Int, size: Int, host: String) {
    let path = run + "/" + FlightRecorder.folder + "/" + FlightRecorder.file(rank)
    guard let words = MappedWords(path: path, count: FlightLayout.words) else { return nil }
    self.words = words
    typealias Header = FlightLayout.Header
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    words[Header.version] = FlightLayout.version
    words[Header.rank] = UInt64(rank)
    words[Header.size] = UInt64(size)
    words[Header.process] = UInt64(getpid())
    words[Header.wallClock] = UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
    words[Header.clock] = FlightRecorder.nanoseconds(MonotonicClock.seconds)
    for (index, byte) in host.utf8.prefix(Header.hostWords * 8 - 1).enumerated() {
      words[Header.host + index / 8] |= UInt64(byte) << UInt64(index % 8 * 8)
    }
    words[Header.magic] = FlightLayout.magic
  }

  /// Whether somebody else has cut the file off, so that nothing is kept any more.
  public var isLost: Bool { words.isLost }

  /// The note on `count` records that were truncated during a run; nil for none.
  public static func note(cutOff count: Int) -> String? {
    guard count > 0 else { return nil }
    let files = Text.counted(count, "file")
    return "note: \(files) in \(folder) truncated by another program; the run continued without"
  }

  /// Keeps that the rank begins `phase`, `seconds` by the monotonic clock, after `step` updates, when
  /// so many buckets of the exchange are started and summed.
  func note(_ phase: Phase, at seconds: Double, step: Int, started: Int, complete: Int) {
    let place =
      FlightLayout.headerWords + count % FlightLayout.capacity * FlightLayout.recordWords
    words[place] = FlightRecorder.nanoseconds(seconds)
    words[place + 1] = UInt64(truncatingIfNeeded: step)
    words[place + 2] = FlightLayout.event(phase, started: started, complete: complete)
    count += 1
    words[FlightLayout.Header.count] = UInt64(truncatingIfNeeded: count)
  }

  /// Removes what recorders have left in the run directory `run`: it begins, or has ended as it should.
  public static func clear(_ run: String) throws(FileError) {
    let path = run + "/" + folder
    for name in try Folder.entries(of: path) { try Folder.remove(path + "/" + name) }
    Folder.removeIfEmpty(path)
  }

  private static func nanoseconds(_ seconds: Double) -> UInt64 { UInt64(max(0, seconds) * 1e9) }
}
