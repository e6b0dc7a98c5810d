import MPI

/// Brings the ranks' roots of one bucket together: from every rank's sums over its own subtrees to
/// the sum over all shards in every rank's first arena.
///
/// Nothing waits: the exchange is started, then moved on until it is complete.
protocol BucketExchange: AnyObject {
  /// Whether the sum is there, and the bucket of all arenas may be overwritten.
  var isComplete: Bool { get }

  /// Sends this rank's roots and makes ready for the others'.
  func start() throws(MPIError)

  /// Looks for what has come, adds what can be added and sends what is to be sent; the number of
  /// messages that have completed.
  func advance() throws(MPIError) -> Int
}
