import MPI
import Tensors

/// The slow and plain sum over all shards, for tests of the fast ones: every rank gathers all
/// leaves and adds them by recursion.
public struct BlockingReducer {
  private let communicator: Communicator
  private let assignment: ShardAssignment

  /// A reducer over `shards` shards; throws `CollectivesError` where a rank would have none.
  public init(communicator: Communicator, shards: Int) throws(CollectivesError) {
    self.communicator = communicator
    assignment = try ShardAssignment(ranks: communicator.size, shards: shards)
  }

  /// The shards that this rank computes.
  public var localShards: Range<Int> { assignment.shards(of: communicator.rank) }

  /// The sum over all ranks' leaves; `leaves` are the vectors of this rank's shards.
  public func reduce(_ leaves: [[Float]]) throws(MPIError) -> [Float] {
    precondition(leaves.count == localShards.count, "\(leaves.count) leaves for \(localShards)")
    var all: [[Float]] = []
    for (rank, flat) in try communicator.allGather(Array(leaves.joined())).enumerated() {
      let shards = assignment.shards(of: rank).count
      let width = flat.count / shards
      for i in 0..<shards { all.append(Array(flat[i * width..<(i + 1) * width])) }
    }
    return sum(all[...])
  }

  private func sum(_ leaves: ArraySlice<[Float]>) -> [Float] {
    guard leaves.count > 1 else { return leaves.first ?? [] }
    let half = (leaves.count + 1) / 2
    return zip(sum(leaves.prefix(half)), sum(leaves.dropFirst(half))).map { $0 + $1 }
  }
}
