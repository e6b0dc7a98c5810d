import Formats

/// What the flight recorder of one rank has left.
public struct FlightRecord: Sendable {
  /// One event: the rank begins a phase.
  public struct Event: Hashable, Sendable {
    /// Nanoseconds since 1970, by the host's clock.
    public var time: UInt64
    /// The updates that were done.
    public var step: Int
    /// What begins.
    public var phase: Phase
    /// The buckets of the step's exchange that had been started.
    public var started: Int
    /// Those that had been summed.
    public var complete: Int
  }

  /// The rank.
  public let rank: Int
  /// The number of ranks of its job.
  public let size: Int
  /// The process.
  public let process: Int
  /// The host.
  public let host: String
  /// The last events, oldest first.
  public let events: [Event]

  /// What `rank` out of `size` began last, by its recorder in the run directory `run`; nil where there is
  /// none that can be read, as on a host with a disk of its own.
  public static func lastEvent(ofRank rank: Int, of size: Int, in run: String) -> Event? {
    let path = run + "/" + FlightRecorder.folder + "/" + FlightRecorder.file(rank)
    guard let record = try? FlightRecord(path: path), record.rank == rank, record.size == size
    else { return nil }
    return record.events.last
  }

  /// Reads the file at `path`.
  ///
  /// - Throws: `badContent` where it is no such file, or damaged.
  public init(path: String) throws(FileError) {
    typealias Header = FlightLayout.Header
    func damaged(_ what: String) -> FileError {
      FileError(
        .badContent, path, "is no flight recorder of this nntrain, or damaged: \(what); remove it")
    }
    let bytes = try FileBytes.read(path, limit: 8 * FlightLayout.words + 1)
    guard bytes.count == 8 * FlightLayout.words else {
      throw damaged("it has \(bytes.count) bytes, not \(8 * FlightLayout.words)")
    }
    let words = stride(from: 0, to: bytes.count, by: 8).map { start in
      (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[start + $1]) << UInt64($1 * 8) }
    }
    guard words[Header.magic] == FlightLayout.magic else { throw damaged("its first bytes") }
    guard words[Header.version] == FlightLayout.version else {
      throw damaged("its format is \(words[Header.version]), not \(FlightLayout.version)")
    }
    guard let rank = Int(exactly: words[Header.rank]), let size = Int(exactly: words[Header.size]),
      rank < size, let process = Int(exactly: words[Header.process]),
      let count = Int(exactly: words[Header.count])
    else { throw damaged("its header") }
    self.rank = rank
    self.size = size
    self.process = process
    let name = bytes[Header.host * 8..<(Header.host + Header.hostWords) * 8].prefix { $0 != 0 }
    host = String(decoding: name, as: UTF8.self)
    var events: [Event] = []
    // Of a full ring the oldest record may have been half overwritten when the rank ended.
    let kept = min(count, FlightLayout.capacity - 1)
    for number in count - kept..<count {
      let place =
        FlightLayout.headerWords + number % FlightLayout.capacity * FlightLayout.recordWords
      let event = words[place + 2]
      guard let phase = Phase(rawValue: Int(event & 0xFFFF)),
        let step = Int(exactly: words[place + 1])
      else { throw damaged("record \(number)") }
      events.append(
        Event(
          time: words[Header.wallClock] &+ (words[place] &- words[Header.clock]), step: step,
          phase: phase, started: Int(event >> 16 & 0xFF_FFFF), complete: Int(event >> 40)))
    }
    self.events = events
  }
}
