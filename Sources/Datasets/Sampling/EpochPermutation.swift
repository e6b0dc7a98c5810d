import Tensors

/// The order of the samples in one epoch: a pure function of key, epoch and position, the same on
/// every rank, with nothing stored.
public struct EpochPermutation: Sendable {
  /// The number of samples.
  public let count: Int
  private let permutation: KeyedPermutation?

  /// The order of `count` samples in `epoch`.
  ///
  /// - Parameter key: The key of the run's order, or nil for the order of the data set.
  public init(count: Int, key: RandomKey?, epoch: Int) {
    precondition(count >= 0 && epoch >= 0, "\(count) samples in epoch \(epoch)")
    self.count = count
    permutation = key.map {
      KeyedPermutation(count: count, key: $0.derive(UInt64(epoch)))
    }
  }

  /// The sample at `position`.
  public func callAsFunction(_ position: Int) -> Int {
    if let permutation { return permutation(position) }
    precondition(position >= 0 && position < count, "position \(position) of \(count)")
    return position
  }
}
