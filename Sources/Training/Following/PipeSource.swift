import Datasets
import Formats

/// Records in lines of a pipe: each complete line is one.
///
/// The journal keeps the lines themselves, since a pipe gives nothing twice: a run that goes on reads them
/// there first, then what the pipe brings.
final class PipeSource: ArrivalSource {
  private(set) var malformed = 0
  private let pipe: PipeReader
  private let reader: ArrivalReader
  private let journal: LineJournal
  private let tell: (String) throws -> Void
  /// How far the journal is read again; all of it once the pipe is read.
  private var place: Int
  /// The bytes of the journal behind the last complete line that was read there.
  private var rest: [UInt8] = []
  /// The bytes of the pipe behind the last complete line: it gives them once, so that they stay whatever
  /// is read again.
  private var held: [UInt8] = []
  private var names: [String]?
  private var line = 1
  private var hasEnded = false
  /// The lines about which a person was told.
  private var told = 0

  private static let block = 1 << 16
  /// The most bytes of a line.
  private static let greatestLine = 4 << 20

  init(
    path: String, reader: ArrivalReader, journal: String, tell: @escaping (String) throws -> Void
  ) throws {
    self.reader = reader
    self.tell = tell
    self.journal = try LineJournal(path: journal)
    pipe = try PipeReader(path: path)
    place = self.journal.count
    guard place > 0 else { return }
    let lines = try stride(from: 0, to: place, by: PipeSource.block).reduce(0) { lines, start in
      let bytes = try self.journal.bytes(at: start, atMost: PipeSource.block)
      return lines + bytes.count { $0 == UInt8(ascii: "\n") }
    }
    try tell(
      "note: \(journal) holds the first \(lines) \(lines == 1 ? "line" : "lines");"
        + " \(pipe.path) has to go on behind them")
  }

  func rewind(to record: Int) throws -> Int {
    (place, line, malformed, rest, names) = (0, 1, 0, [], nil)
    return 0
  }

  func replay() throws -> (any GatheringDataset)? {
    while place < journal.count {
      let bytes = try journal.bytes(at: place, atMost: PipeSource.block)
      place += bytes.count
      var lines = rest + bytes
      rest = PipeSource.cutRest(of: &lines)
      if let data = try samples(lines) { return data }
    }
    return nil
  }

  func next(wait seconds: Double) throws -> Arrival {
    if let data = try replay() { return .piece(data) }
    guard !hasEnded else { return .ended }
    switch try pipe.next(atMost: PipeSource.block, wait: seconds) {
    case .nothing: return .nothing
    case .bytes(let bytes):
      // What is held is copied once for each line, not once for each piece of a long one.
      guard let end = bytes.lastIndex(of: UInt8(ascii: "\n")) else {
        held += bytes
        guard held.count < PipeSource.greatestLine else {
          throw FileError(
            .badContent, pipe.path,
            "line \(line) is longer than \(PipeSource.greatestLine >> 20) MB; end every record with a line"
              + " feed")
        }
        return .nothing
      }
      let lines = held + bytes[...end]
      held = Array(bytes[(end + 1)...])
      return try live(lines)
    case .ended:
      hasEnded = true
      // Nothing more will come: what lacks a line feed is complete too.
      let last = held.isEmpty ? [] : held + [UInt8(ascii: "\n")]
      held = []
      return try live(last)
    }
  }

  private func live(_ lines: [UInt8]) throws -> Arrival {
    guard !lines.isEmpty else { return .nothing }
    // What ends the run is not kept: the run goes on once it is repaired.
    let data = try samples(lines)
    try journal.append(lines)
    place = journal.count
    return data.map { .piece($0) } ?? .nothingOfUse
  }

  /// The samples of whole lines.
  private func samples(_ lines: [UInt8]) throws -> (any GatheringDataset)? {
    var lines = lines
    if names == nil, reader.schema.table?.options.header == true {
      guard let end = lines.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
      names = try reader.names(header: Array(lines[...end]), path: pipe.path)
      lines.removeFirst(end + 1)
      line += 1
    }
    guard !lines.isEmpty else { return nil }
    let piece = try reader.read(lines: lines, path: pipe.path, line: line, names: names)
    line += lines.count { $0 == UInt8(ascii: "\n") }
    malformed += piece.malformed
    if let problem = piece.problem, line > told {
      told = line
      try tell("note: \(problem.description); left out")
    }
    return piece.data
  }

  /// Takes what stands behind the last line feed out of `bytes`.
  private static func cutRest(of bytes: inout [UInt8]) -> [UInt8] {
    let end = bytes.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    let rest = Array(bytes[end...])
    bytes.removeLast(rest.count)
    return rest
  }
}
