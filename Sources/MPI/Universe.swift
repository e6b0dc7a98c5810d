internal import CMPI

/// The process's membership in the parallel program: initializes the library when created and
/// finalizes it when it ends, so no call can come before or after.
///
/// Threads are *funneled*: only the thread that created the universe may call the library.
///
/// MPI 3.1, sections 8.7 (start-up and finalization) and 12.4.3 (threads). Left out: dynamic
/// processes, one-sided communication, files, topologies, intercommunicators, the tools interface.
public struct Universe: ~Copyable {
  /// All processes that were started together.
  public let world: Communicator

  private var isFinalized = false

  /// Starts message passing for this process; blocks until the other processes do so, too.
  ///
  /// Throws `MPIError` where a universe exists or existed in this process, and where the library
  /// does not offer funneled threads.
  public init() throws(MPIError) {
    var initialized: CInt = 0
    try check(MPI_Initialized(&initialized), "MPI_Initialized", "world")
    guard initialized == 0 else {
      throw MPIError(
        operation: "MPI_Init_thread", communicator: "world", kind: .alreadyInitialized,
        text: "this process has initialized MPI before; create one Universe and pass it on")
    }
    var provided: CInt = 0
    try check(
      MPI_Init_thread(nil, nil, CInt(MPI_THREAD_FUNNELED), &provided), "MPI_Init_thread", "world")
    guard provided >= CInt(MPI_THREAD_FUNNELED) else {
      MPI_Finalize()
      throw MPIError(
        operation: "MPI_Init_thread", communicator: "world", kind: .threadLevel,
        text: "the library offers thread level \(provided), but MPI_THREAD_FUNNELED "
          + "(\(MPI_THREAD_FUNNELED)) is needed; use a library built with thread support")
    }
    world = try Communicator(raw: nn_mpi_comm_world(), name: "world", isOwned: false)
  }

  /// Ends message passing in good order: returns when all processes have come here.
  public consuming func finalize() throws(MPIError) {
    isFinalized = true
    try check(MPI_Finalize(), "MPI_Finalize", "world")
  }

  deinit {
    if !isFinalized { MPI_Finalize() }
  }

  /// Whether handles may still be given back: the library is neither finalized nor unstarted.
  static var isOpen: Bool {
    var (initialized, finalized): (CInt, CInt) = (0, 0)
    MPI_Initialized(&initialized)
    MPI_Finalized(&finalized)
    return initialized != 0 && finalized == 0
  }
}
