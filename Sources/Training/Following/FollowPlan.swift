import Datasets
import Formats

/// Records that are learnt from as they arrive, in place of the training part.
public struct FollowPlan {
  /// Where records arrive.
  public enum Place: Hashable, Sendable {
    /// In files of a folder, until one of the name `end` is there.
    case folder(String, end: String, settle: Double)
    /// In lines of a pipe, until it is closed.
    case pipe(String)

    /// The folder or the pipe, for messages.
    public var name: String {
      switch self {
      case .folder(let path, _, _): path
      case .pipe(let path): path == "-" ? "standard input" : path
      }
    }
  }

  /// Where records arrive.
  public var place: Place
  /// What makes samples of them.
  public var reader: ArrivalReader
  /// The seconds without a record after which the stream is over; nil for none.
  public var idle: Double?
  /// The records that are held ahead at most; a file counts when it is opened.
  public var buffer: Int
  /// The steps of a round, after which figures are told; what an epoch is elsewhere.
  public var round: Int
  /// The minibatch at hand.
  public var records: ArrivedRecords

  /// A plan of the given parts.
  public init(
    place: Place, reader: ArrivalReader, idle: Double?, buffer: Int, round: Int,
    records: ArrivedRecords
  ) {
    self.place = place
    self.reader = reader
    self.idle = idle
    self.buffer = buffer
    self.round = round
    self.records = records
  }

  /// Makes sure that there is a place at which records can arrive, before anything is written.
  public func requirePlace() throws(FileError) {
    switch place {
    case .folder(let path, let end, _): _ = try FolderSource.files(in: path, end: end)
    case .pipe(let path): try PipeReader.require(path: path)
    }
  }

  /// The names within a run directory of what repeats the order of records: the files taken, or the lines
  /// themselves.
  public var journalName: String {
    switch place {
    case .folder: "followed.jsonl"
    case .pipe: "followed.csv"
    }
  }
}
