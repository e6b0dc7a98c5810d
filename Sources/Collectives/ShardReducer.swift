import MPI
import Tensors

/// Sums the shards' vectors (gradients, and what must be reduced with them) in the fixed tree, so
/// that every rank holds the same bits, whatever the number of ranks.
///
/// One step: for each shard of `localShards` in order, write all `count` elements of `leaf` and call
/// `commitLeaf`; then `finish` hands out the sum over all shards of all ranks. A rank that fails in a
/// step writes zeros to the leaves that remain and takes part: one element of the vector may carry
/// its error code, which every rank then finds in the sum.
///
/// Everything is prepared once; a step allocates nothing and every wait has the communicator's
/// timeout. Not a number stays not a number, but its payload bits are outside the promise.
public final class ShardReducer {
  /// What is added where.
  public let plan: ReductionPlan

  private let communicator: Communicator
  private let arenas: [FloatStorage]
  /// Per local shard: the additions that follow it.
  private let localSchedules: [FoldSchedule]
  private let exchange: any RootExchange
  private var depth = 0
  private var committed = 0

  /// A reducer of vectors of `count` elements over `shards` shards. All ranks must create it.
  ///
  /// `exchange` forces the way that the ranks' sums come together; the shape decides without it.
  /// Throws `CollectivesError` where there are more ranks than shards and where the ranks do not
  /// pass the same numbers, `MPIError` where the messages cannot be prepared.
  public init(
    communicator: Communicator, shards: Int, count: Int, exchange: ReductionPlan.Exchange? = nil
  ) throws {
    let assignment = try ShardAssignment(ranks: communicator.size, shards: shards)
    let shape = try communicator.allGather([shards, count])
    let differing = shape.indices.filter { shape[$0] != shape[0] }
    guard differing.isEmpty else {
      throw CollectivesError.ranksDiffer(
        label: "shape of the reduction", ranks: differing, size: communicator.size)
    }
    plan = ReductionPlan(
      assignment: assignment, rank: communicator.rank, count: count, exchange: exchange)
    // Messages of its own: those of other users of the communicator can never be mistaken for them.
    self.communicator = try communicator.duplicate(name: "reducer")
    let arenas = (0..<plan.arenas).map { _ in FloatStorage(count: count) }
    self.arenas = arenas
    var depth = 0
    localSchedules = plan.localFolds.map { folds in
      depth += 1
      defer { depth -= folds }
      return FoldSchedule(last: folds, of: arenas[..<depth], count: count)
    }
    switch plan.exchange {
    case .none: self.exchange = NoExchange()
    case .whole: self.exchange = try WholeExchange(plan, arenas: arenas, self.communicator)
    case .sliced: self.exchange = try SlicedExchange(plan, arenas: arenas, self.communicator)
    }
  }

  /// The shards that this rank computes.
  public var localShards: Range<Int> { plan.assignment.shards(of: plan.rank) }

  /// The local shards that are still to be committed in this step.
  public var pendingShards: Int { localShards.count - committed }

  /// Where the vector of the next local shard is to be written, all of it: it holds remains.
  ///
  /// - Precondition: `pendingShards` is not 0.
  public var leaf: FloatStorage {
    precondition(pendingShards > 0, "all \(committed) local shards are committed: call finish()")
    return arenas[depth]
  }

  /// Takes the vector in `leaf` as that of the next local shard and adds what can be added: after
  /// this, `leaf` is another storage.
  public func commitLeaf() {
    precondition(pendingShards > 0, "all \(committed) local shards are committed: call finish()")
    localSchedules[committed].run()
    depth += 1 - plan.localFolds[committed]
    committed += 1
  }

  /// The sum over all shards, on every rank; valid until the next write to `leaf`.
  ///
  /// The next step may begin afterwards. Throws where messages fail or a rank does not answer within
  /// the communicator's timeout; the reducer cannot be used any more then.
  ///
  /// - Precondition: all local shards are committed.
  public func finish() throws(MPIError) -> FloatStorage {
    precondition(
      pendingShards == 0, "\(pendingShards) of \(localShards.count) local shards are missing")
    depth = 0
    committed = 0
    try exchange.run()
    return arenas[0]
  }
}
