import MPI
import Tensors

// The thin binding of storages to messages: checks the range once, passes its address on.
extension PersistentRequests {
  /// Adds a message of the elements of `range` to rank `destination`; nothing for an empty range.
  func addSend(
    _ storage: FloatStorage, _ range: Range<Int>, to destination: Int, tag: Int
  ) throws(MPIError) {
    guard !range.isEmpty else { return }
    precondition(range.lowerBound >= 0 && range.upperBound <= storage.count)
    let values = UnsafeBufferPointer(start: storage.base + range.lowerBound, count: range.count)
    try addSend(values, to: destination, tag: tag, owner: storage)
  }

  /// Adds a message from rank `source` into the elements of `range`; nothing for an empty range.
  func addReceive(
    into storage: FloatStorage, _ range: Range<Int>, from source: Int, tag: Int
  ) throws(MPIError) {
    guard !range.isEmpty else { return }
    precondition(range.lowerBound >= 0 && range.upperBound <= storage.count)
    let values = UnsafeMutableBufferPointer(
      start: storage.base + range.lowerBound, count: range.count)
    try addReceive(into: values, from: source, tag: tag, owner: storage)
  }
}
