import MPI

/// Sums of metrics over the chunks (or shards) of all ranks, added in the fixed tree.
///
/// Never by the library's own sum, whose order changes with the number of ranks.
public struct MetricReduction {
  private let communicator: Communicator
  /// The numbers per chunk.
  public let width: Int

  /// A reduction of chunks of `width` sums each.
  public init(communicator: Communicator, width: Int) {
    precondition(width > 0, "chunks of \(width) sums")
    self.communicator = communicator
    self.width = width
  }

  /// The sum over all ranks' chunks, on all ranks.
  ///
  /// `sums` holds the vectors of this rank's chunks, which may be none; the ranks hold consecutive
  /// chunks in the order of ranks. The bits depend on the chunks alone.
  public func total(_ sums: [Double]) throws(MPIError) -> [Double] {
    precondition(sums.count % width == 0, "\(sums.count) numbers are no chunks of \(width)")
    return treeSum(Array(try communicator.allGather(sums).joined()), width: width)
  }
}
