import COneDNN

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Lets oneDNN generate its kernels for matrix products on a thread of its own.
///
/// oneDNN writes the machine code of all of them when the first product is asked for, 25 ms of one
/// core. A process that waits for something else at first, as ranks do in `MPI_Init`, has them for nothing.
public struct KernelPreparation: ~Copyable {
  private var thread = pthread_t()
  private let isRunning: Bool

  /// Begins. The instruction set can't be limited any more (``Library/limitInstructionSet(to:)``).
  public init() {
    isRunning =
      pthread_create(
        &thread, nil,
        { _ in
          Library.setThreads(1)  // of this thread: no pool is made for it
          let side = 32
          let values = [Float](repeating: 0, count: side * side)
          var result = values
          let n = dnnl_dim_t(side)
          // A failure shows, with its words, where the first product is needed.
          _ = dnnl_sgemm(78, 78, n, n, n, 1, values, n, values, n, 0, &result, n)  // 78: "N"
          return nil
        }, nil) == 0
  }

  /// Waits for the end.
  public consuming func finish() {
    if isRunning { pthread_join(thread, nil) }
    discard self
  }

  deinit { if isRunning { pthread_join(thread, nil) } }
}
