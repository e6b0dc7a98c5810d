import MPI

/// The ranks that train together.
public struct RankGroup {
  /// How they talk.
  public let communicator: Communicator

  /// The ranks of `communicator`.
  public init(_ communicator: Communicator) { self.communicator = communicator }

  /// This rank's number.
  public var rank: Int { communicator.rank }

  /// The number of ranks.
  public var size: Int { communicator.size }

  /// Whether this rank is the coordinator, which alone prints and writes.
  public var isCoordinator: Bool { rank == 0 }
}
