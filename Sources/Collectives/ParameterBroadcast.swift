import MPI
import Tensors

/// Gives one rank's parameters to all: after initialization, loading and resuming.
public struct ParameterBroadcast {
  /// Elements per message: large enough to fill the wire, small enough for the library's own copies.
  public static let chunk = 4 << 20

  private let communicator: Communicator

  /// A broadcast among the ranks of `communicator`.
  public init(communicator: Communicator) {
    self.communicator = communicator
  }

  /// Overwrites `storage`, equally long on all ranks, by that of `root`.
  public func broadcast(_ storage: FloatStorage, root: Int) throws(MPIError) {
    var start = 0
    while start < storage.count {
      let range = start..<min(start + ParameterBroadcast.chunk, storage.count)
      var span = storage.mutableSpan(range)
      try communicator.broadcast(&span, root: root)
      start = range.upperBound
    }
  }
}
