/// What a file or some lines that arrived have come to.
public struct ArrivedPiece {
  /// The records; nil where there are none.
  public var data: (any GatheringDataset)?
  /// The lines on which the records begin, where they are lines.
  var lines: [Int] = []
  /// The records, or whole files, that were wrong and left out.
  public var malformed = 0
  /// What was wrong with the first of them.
  public var problem: DatasetError?

  /// Nothing.
  public init() {}

  /// Counts something that is left out because of `error`.
  mutating func leaveOut(_ error: DatasetError) {
    malformed += 1
    problem = problem ?? error
  }
}
