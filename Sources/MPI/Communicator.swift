internal import CMPI

/// A group of processes that exchange messages which no other group can see.
///
/// Every operation is *collective* unless its name says send or receive: all ranks must call it in the
/// same order. The blocking forms start the library's non-blocking operation and test it in a loop,
/// so that a lost or stuck rank ends in an error after `timeout` instead of a hang. After a timeout
/// the library may still write to the buffers: the only good next step is `abort`.
///
/// Not `Sendable`: only the thread that initialized the library may use it.
///
/// MPI 3.1, sections 6.4 (communicators) and 8.3 (error handlers). Left out: groups, attributes,
/// intercommunicators, topologies.
public final class Communicator {
  /// The name in messages, such as `world`.
  public let name: String

  /// This process's number, from 0.
  public let rank: Int

  /// The number of processes.
  public let size: Int

  /// Seconds after which a wait for the peers fails; without limit where nil.
  ///
  /// Communicators that are made from this one, and their requests, take it over.
  public var timeout: Double?

  /// Who looks on while this rank waits, if anybody; communicators that are made from this one take it
  /// over.
  public weak var watcher: (any WaitWatcher)?

  /// The largest number of elements that one call of the library is given; smaller in tests.
  var countLimit = Int(CInt.max)

  let raw: MPI_Comm
  private let isOwned: Bool

  init(
    raw: MPI_Comm, name: String, isOwned: Bool, parent: Communicator? = nil
  ) throws(MPIError) {
    self.raw = raw
    self.name = name
    self.isOwned = isOwned
    timeout = parent?.timeout
    watcher = parent?.watcher
    var (rank, size): (CInt, CInt) = (0, 0)
    try check(
      MPI_Comm_set_errhandler(raw, nn_mpi_errors_return()), "MPI_Comm_set_errhandler", name)
    try check(MPI_Comm_rank(raw, &rank), "MPI_Comm_rank", name)
    try check(MPI_Comm_size(raw, &size), "MPI_Comm_size", name)
    self.rank = Int(rank)
    self.size = Int(size)
  }

  deinit {
    if isOwned && Universe.isOpen {
      var handle: CommunicatorHandle = raw
      MPI_Comm_free(&handle)
    }
  }

  /// The communicator behind a handle that the library has set; nil for the null handle.
  private static func made(_ handle: CommunicatorHandle) -> MPI_Comm? {
    handle == nn_mpi_comm_null() ? nil : handle
  }

  /// One communicator per `color`, its ranks in the order of `key`, ties in the order of this one;
  /// nil on ranks that pass no color.
  ///
  /// MPI 3.1, section 6.4.2.
  public func split(color: Int?, key: Int = 0) throws(MPIError) -> Communicator? {
    let rawColor = try color.map { color throws(MPIError) in
      try number(color, "color", "MPI_Comm_split")
    }
    if let color, color < 0 {
      throw badArgument("MPI_Comm_split", "color \(color) is negative; pass 0 or more, or nil")
    }
    var new: CommunicatorHandle = nn_mpi_comm_null()
    try check(
      MPI_Comm_split(
        raw, rawColor ?? MPI_UNDEFINED, try number(key, "key", "MPI_Comm_split"), &new),
      "MPI_Comm_split", name)
    guard let made = Communicator.made(new) else { return nil }
    return try Communicator(
      raw: made, name: "\(name).split(\(color ?? 0))", isOwned: true, parent: self)
  }

  /// One communicator per machine: of the ranks that can share memory.
  ///
  /// MPI 3.1, section 6.4.2.
  public func splitShared() throws(MPIError) -> Communicator {
    var new: CommunicatorHandle = nn_mpi_comm_null()
    try check(
      MPI_Comm_split_type(raw, CInt(MPI_COMM_TYPE_SHARED), CInt(rank), nn_mpi_info_null(), &new),
      "MPI_Comm_split_type", name)
    guard let made = Communicator.made(new) else {
      throw badArgument("MPI_Comm_split_type", "the library returned no communicator")
    }
    return try Communicator(raw: made, name: "\(name).shared", isOwned: true, parent: self)
  }

  /// The same ranks with messages of their own.
  ///
  /// MPI 3.1, section 6.4.2.
  public func duplicate(name suffix: String = "duplicate") throws(MPIError) -> Communicator {
    var new: CommunicatorHandle = nn_mpi_comm_null()
    try check(MPI_Comm_dup(raw, &new), "MPI_Comm_dup", name)
    guard let made = Communicator.made(new) else {
      throw badArgument("MPI_Comm_dup", "the library returned no communicator")
    }
    return try Communicator(raw: made, name: "\(name).\(suffix)", isOwned: true, parent: self)
  }
}

/// Only the thread that initialized the library may use a communicator.
@available(*, unavailable)
extension Communicator: Sendable {}
