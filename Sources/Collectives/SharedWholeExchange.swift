import Tensors

/// Every rank adds all roots for itself, reading the others' where they lie in the memory that the ranks
/// of one machine share: one meeting, no copies, and no messages but one counter per rank.
///
/// Who overwrites what: arenas are read by all and written by their owner, who takes the other half of
/// them in the next step (`SharedArenas.half`). Who has written in that step has read all of this one, so
/// that the half is free when its turn comes again.
final class SharedWholeExchange: BucketExchange {
  private let shared: SharedArenas
  /// The additions over either half of the arenas.
  private let schedules: [FoldSchedule]
  /// The number of buckets that are told when this one is, counted since the beginning.
  private var turn = 0
  private(set) var isComplete = true

  init(_ plan: ReductionPlan, bucket index: Int, _ shared: SharedArenas) {
    self.shared = shared
    let range = plan.buckets[index].range
    schedules = (0..<shared.halves).map { half in
      var blocks: [Slab] = []
      for (rank, roots) in plan.roots.enumerated() {
        blocks += roots.indices.map {
          Slab(storage: shared.arena($0, of: rank, half: half), start: range.lowerBound)
        }
      }
      return FoldSchedule(
        blocks: blocks, folds: plan.tree.folds(over: plan.roots.flatMap { $0 }),
        result: Slab(storage: shared.total, start: range.lowerBound), count: range.count,
        floats: plan.floats - range.lowerBound, isKeeping: true)
    }
  }

  func start() {
    shared.tellWritten()
    turn = shared.written
    isComplete = false
  }

  func advance() -> Int {
    guard !isComplete, shared.haveWritten(turn) else { return 0 }
    schedules[shared.half].run()
    isComplete = true
    return 1
  }
}
