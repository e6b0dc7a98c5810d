import Tensors

/// Every rank adds one slice of all roots where they lie, in the memory that the ranks of one machine
/// share, and puts the sum where all read it: no copies, and no messages but two counters per rank.
///
/// Who overwrites what: a slice of the roots is touched by the rank that adds it alone, between the
/// owner's word that the bucket is written and its own word that it is added; `GradientReducer.finish`
/// waits for the latter. The sum is read until a rank says that it has written the same bucket again.
final class SharedSlicedExchange: BucketExchange {
  private let shared: SharedArenas
  private let schedule: FoldSchedule
  /// What of this rank's slice of the sum has to be finite.
  private let judged: Range<Int>
  /// The number of buckets that are told when this one is, counted since the beginning.
  private var turn = 0
  private var isAdded = true
  private(set) var isComplete = true

  /// The exchange of one bucket; of the sum the elements before `judged` have to be finite.
  init(_ plan: ReductionPlan, bucket index: Int, _ shared: SharedArenas, judged: Int) {
    self.shared = shared
    let mine = plan.buckets[index].slice(of: plan.rank)
    self.judged = mine.clamped(to: 0..<judged)
    var blocks: [Slab] = []
    for (rank, roots) in plan.roots.enumerated() {
      blocks += roots.indices.map {
        Slab(storage: shared.arena($0, of: rank), start: mine.lowerBound)
      }
    }
    schedule = FoldSchedule(
      blocks: blocks, folds: plan.tree.folds(over: plan.roots.flatMap { $0 }),
      result: Slab(storage: shared.total, start: mine.lowerBound), count: mine.count,
      floats: plan.floats - mine.lowerBound)
  }

  func start() {
    shared.tellWritten()
    turn = shared.written
    (isAdded, isComplete) = (false, false)
  }

  func advance() -> Int {
    guard !isComplete else { return 0 }
    if !isAdded {
      // Slices are added in the order in which they are told: the count says which.
      guard shared.added == turn - 1, shared.haveWritten(turn) else { return 0 }
      schedule.run()
      // Now, while the sum is still in the cache.
      let total = shared.total
      shared.tellAdded(isFinite: allFinite(total.span(judged)))
      isAdded = true
    }
    isComplete = shared.haveAdded(turn)
    return isComplete ? 1 : 0
  }
}
