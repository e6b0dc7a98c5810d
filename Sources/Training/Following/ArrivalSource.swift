import Datasets

/// Where records come from, one piece after the other, on the rank that reads.
protocol ArrivalSource: AnyObject {
  /// The records and whole files that were wrong and left out so far.
  var malformed: Int { get }

  /// The next piece; waits `seconds` for one.
  func next(wait seconds: Double) throws -> Arrival

  /// Goes back so that the record of the number `record`, or one before it, is replayed next; the number
  /// that is.
  func rewind(to record: Int) throws -> Int

  /// The next piece out of the journal; nil where all of it is read again.
  func replay() throws -> (any GatheringDataset)?
}

/// What a look at a source has found.
enum Arrival {
  /// Some records.
  case piece(any GatheringDataset)
  /// A file or lines without a record to learn from; there may be more.
  case nothingOfUse
  /// Nothing as yet.
  case nothing
  /// Nothing, ever.
  case ended
}

extension FollowPlan {
  /// What reads at the place of the plan and keeps the order of records in `journal`.
  ///
  /// - Parameter tell: gets a line for a person where something is left out.
  func open(
    journal: String, tell: @escaping (String) throws -> Void
  ) throws -> any ArrivalSource {
    switch place {
    case .folder(let path, let end, let settle):
      try FolderSource(
        path: path, end: end, settle: settle, reader: reader, journal: journal, tell: tell)
    case .pipe(let path):
      try PipeSource(path: path, reader: reader, journal: journal, tell: tell)
    }
  }
}
