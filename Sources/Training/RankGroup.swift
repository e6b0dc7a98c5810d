import MPI

/// The ranks that train together.
public struct RankGroup {
  /// How they talk.
  public let communicator: Communicator
  /// The name of each rank's host.
  public let hosts: [String]
  /// Where this rank is.
  public let heartbeat: Heartbeat
  /// What keeps this rank's last phases, if anything does.
  public var recorder: FlightRecorder?

  /// The ranks of `communicator`, on hosts of the given names.
  public init(_ communicator: Communicator, hosts: [String]? = nil, heartbeat: Heartbeat? = nil) {
    self.communicator = communicator
    self.hosts = hosts ?? .init(repeating: "an unnamed host", count: communicator.size)
    self.heartbeat = heartbeat ?? Heartbeat()
  }

  /// This rank's number.
  public var rank: Int { communicator.rank }

  /// The number of ranks.
  public var size: Int { communicator.size }

  /// Whether this rank is the coordinator, which alone prints and writes.
  public var isCoordinator: Bool { rank == 0 }
}
