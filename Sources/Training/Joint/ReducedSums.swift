import Collectives
import Models
import Tensors

/// Sums of layers over the shards of all ranks, in the tree in which gradients are summed.
final class ReducedSums: ShardSums {
  private let reducers: [(count: Int, reducer: GradientReducer)]
  private let clock: PhaseClock

  /// Sums of the numbers `counts` of numbers over `shards` shards. All ranks must create it.
  init(
    _ counts: [Int], shards: Int, usesSharedMemory: Bool, _ group: RankGroup, _ clock: PhaseClock
  )
    throws
  {
    self.clock = clock
    reducers = try Set(counts).sorted().map { count in
      (
        count,
        try GradientReducer(
          communicator: group.communicator, shards: shards, count: count,
          bucket: .elements(count), usesSharedMemory: usesSharedMemory)
      )
    }
  }

  private func reducer(_ count: Int) -> GradientReducer {
    for entry in reducers where entry.count == count { return entry.reducer }
    preconditionFailure("no sums of \(count) numbers were prepared")
  }

  func place(_ count: Int) -> (storage: FloatStorage, offset: Int) {
    reducer(count).place(of: 0..<count)
  }

  func ready(_ count: Int) { reducer(count).ready(0..<count) }

  func total(_ count: Int) throws -> FloatStorage {
    let reducer = reducer(count)
    clock.enter(.wait)
    try reducer.meet()
    clock.enter(.communication)
    let total = try reducer.finish()
    clock.enter(.compute)
    return total
  }
}
