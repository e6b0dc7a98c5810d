internal import CMPI

// Handles are pointers in Open MPI, which Swift imports as optionals, and integers in MPICH and its
// relatives.
#if MPICH
  /// A variable that the library sets to a communicator.
  typealias CommunicatorHandle = MPI_Comm
  /// A variable that the library sets to a request.
  typealias RequestHandle = MPI_Request
#else
  /// A variable that the library sets to a communicator.
  typealias CommunicatorHandle = MPI_Comm?
  /// A variable that the library sets to a request.
  typealias RequestHandle = MPI_Request?
#endif
