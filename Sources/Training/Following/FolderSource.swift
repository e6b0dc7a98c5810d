import Datasets
import Digests
import Formats
import Tensors

#if canImport(Glibc)
  import Glibc
#endif

/// Records in files that are put into a folder: a file is taken when it is complete, in the order of names
/// among those that are, and once.
///
/// Complete is what has not changed for some seconds, and everything when the marker of the end is there.
/// Names that begin with a point or end in `.tmp` or `.part` are of files that are being written. The
/// journal keeps which files were taken, in their order, with a hash of each: a run that goes on reads them
/// once more, and says so where one has gone or has changed.
final class FolderSource: ArrivalSource {
  /// The files in a folder that the file of the second name will end.
  typealias Listing =
    (_ path: String, _ end: String) throws -> [(name: String, stamp: Folder.FileStamp)]

  /// One line of the journal.
  private struct Entry {
    var file: String
    var hash: String
    var records: Int
    var malformed: Int

    var json: JSONValue {
      .object(
        JSONObject([
          ("file", JSONValue(file)), ("sha256", JSONValue(hash)), ("records", JSONValue(records)),
          ("malformed", JSONValue(malformed)),
        ]))
    }

    init(_ file: String, hash: String, records: Int, malformed: Int) {
      self.file = file
      self.hash = hash
      self.records = records
      self.malformed = malformed
    }

    init?(_ json: JSONValue) {
      guard let file = json["file"]?.string, let hash = json["sha256"]?.string,
        let records = json["records"]?.int, let malformed = json["malformed"]?.int,
        records >= 0, malformed >= 0
      else { return nil }
      self.init(file, hash: hash, records: records, malformed: malformed)
    }
  }

  private(set) var malformed = 0
  private let path: String
  private let end: String
  private let listing: Listing
  private let settle: Double
  private let reader: ArrivalReader
  private let journal: LineJournal
  private let tell: (String) throws -> Void
  private var entries: [Entry] = []
  private var taken: Set<String> = []
  /// The entry that is read again next.
  private var place = 0
  /// The files of the last listing that are complete and wait to be taken, the last one first.
  private var ready: [(name: String, stamp: Folder.FileStamp)] = []
  /// When a file was first seen as it is now.
  private var seen: [String: (stamp: Folder.FileStamp, since: Double)] = [:]

  init(
    path: String, end: String, settle: Double, reader: ArrivalReader, journal: String,
    listing: @escaping Listing = FolderSource.files,
    tell: @escaping (String) throws -> Void
  ) throws {
    self.listing = listing
    self.path = path
    self.end = end
    self.settle = settle
    self.reader = reader
    self.tell = tell
    self.journal = try LineJournal(path: journal)
    let bytes = try self.journal.bytes(at: 0, atMost: .max)
    for (index, line) in bytes.split(separator: UInt8(ascii: "\n")).enumerated() {
      guard let entry = (try? JSONValue(parsing: Array(line))).flatMap(Entry.init) else {
        throw FileError(
          .badContent, journal,
          "line \(index + 1) does not tell a file that was taken; restore the journal, or start"
            + " another run")
      }
      entries.append(entry)
      taken.insert(entry.file)
    }
    place = entries.count
  }

  func rewind(to record: Int) throws -> Int {
    (place, malformed) = (0, 0)
    var number = 0
    while place < entries.count, number + entries[place].records <= record {
      number += entries[place].records
      malformed += entries[place].malformed
      place += 1
    }
    return number
  }

  func replay() throws -> (any GatheringDataset)? {
    while place < entries.count {
      let piece = try reopen(entries[place])
      malformed += piece.malformed
      place += 1
      if let data = piece.data { return data }
    }
    return nil
  }

  func next(wait seconds: Double) throws -> Arrival {
    if let data = try replay() { return .piece(data) }
    if ready.isEmpty, try list(), ready.isEmpty {
      // A listing is not made at one moment: it may show the end, and not the file before it.
      _ = try list()
      if ready.isEmpty { return .ended }
    }
    while let file = ready.popLast() {
      // It may have changed, or gone, while those before it were read.
      guard Folder.stamp(of: path + "/" + file.name) == file.stamp else { continue }
      return try take(file.name).map { .piece($0) } ?? .nothingOfUse
    }
    usleep(UInt32(seconds * 1e6))
    return .nothing
  }

  /// Lists the folder; whether the end is there.
  private func list() throws -> Bool {
    let files = try listing(path, end)
    let isOver = files.contains { $0.name == end }
    ready = complete(files, isOver: isOver).reversed()
    return isOver
  }

  /// Reads a file for the first time and notes it.
  private func take(_ name: String) throws -> (any GatheringDataset)? {
    let hash = try self.hash(name)
    let piece = try reader.read(file: path + "/" + name)
    let entry = Entry(
      name, hash: hash, records: piece.data?.count ?? 0, malformed: piece.malformed)
    try journal.append(Array((entry.json.serialized() + "\n").utf8))
    entries.append(entry)
    taken.insert(name)
    seen[name] = nil
    place += 1
    malformed += piece.malformed
    if let problem = piece.problem {
      try tell("note: \(problem.description); \(piece.malformed) left out of this file")
    }
    return piece.data
  }

  /// Reads a file again that was taken before.
  private func reopen(_ entry: Entry) throws -> ArrivedPiece {
    let file = path + "/" + entry.file
    guard try hash(entry.file) == entry.hash else {
      throw FileError(
        .badContent, file,
        "has changed since its records were learnt from; restore it, or start another run")
    }
    let piece = try reader.read(file: file)
    guard piece.data?.count ?? 0 == entry.records else {
      throw FileError(
        .badContent, file,
        "has given \(entry.records) records and gives \(piece.data?.count ?? 0) now; resume with the"
          + " settings of the run")
    }
    return piece
  }

  private func hash(_ name: String) throws -> String {
    let file = path + "/" + name
    do throws(HashError) {
      return SHA256.hex(hash: try SHA256.hash(ofFile: file))
    } catch {
      throw FileError(
        .unreadable, file,
        "\(error.reason); files must stay in the folder until the run is over, since one that is"
          + " resumed reads them again")
    }
  }

  /// The files in the folder `path`, which the file `end` will end.
  ///
  /// - Throws: Where there is no folder.
  static func files(
    in path: String, end: String
  ) throws(FileError) -> [(name: String, stamp: Folder.FileStamp)] {
    guard let files = try Folder.files(of: path) else {
      throw FileError(
        .unreadable, path,
        "is no folder, or has gone; make it before the run begins, and leave it there until the file"
          + " \(end) is in it")
    }
    return files
  }

  /// The files, by name, that are complete and were not taken.
  private func complete(
    _ files: [(name: String, stamp: Folder.FileStamp)], isOver: Bool
  ) -> [(name: String, stamp: Folder.FileStamp)] {
    let now = MonotonicClock.seconds
    return files.filter { (name, stamp) in
      guard name != end, !taken.contains(name) else { return false }
      guard !name.hasPrefix("."), !name.hasSuffix(".tmp"), !name.hasSuffix(".part"),
        reader.takes(file: name)
      else { return false }
      if seen[name]?.stamp != stamp { seen[name] = (stamp, now) }
      return isOver || now - (seen[name]?.since ?? now) >= settle
    }
  }
}
