import MPI
import Tensors

/// Brings the ranks' roots together: from every rank's sums over its own subtrees to the sum over
/// all shards in every rank's first arena.
protocol RootExchange {
  /// Sends, receives and adds; returns when the sum is there and all arenas may be overwritten.
  func run() throws(MPIError)
}

/// The exchange of one rank alone, whose only root is the sum already.
struct NoExchange: RootExchange {
  func run() {}
}
