import MPI
import Tensors

/// Every rank tells every other one that it has come to the end of its shards: what tells the time
/// that a rank waits for slower ones from the time that its bytes take.
final class Arrivals {
  private let requests: PersistentRequests

  init(_ communicator: Communicator, tag: Int) throws(MPIError) {
    requests = PersistentRequests(communicator)
    let words = FloatStorage(count: communicator.size)
    for distance in 1..<communicator.size {
      let peer = (communicator.rank + distance) % communicator.size
      try requests.addSend(words, communicator.rank..<communicator.rank + 1, to: peer, tag: tag)
      try requests.addReceive(into: words, peer..<peer + 1, from: peer, tag: tag)
    }
  }

  /// Tells the others.
  func start() throws(MPIError) { try requests.startAll() }

  /// Whether all others have told.
  func areComplete() throws(MPIError) -> Bool {
    if requests.pending > 0 { _ = try requests.testSome() }
    return requests.pending == 0
  }

  /// Waits until the others have told.
  func finish() throws(MPIError) { try requests.waitAll() }
}
