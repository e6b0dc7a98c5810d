import MPI
import Tensors

/// Every rank receives all roots in full and adds them all: one round of messages, for buckets that
/// are short enough for a message's latency to outweigh its bytes.
final class WholeExchange: BucketExchange {
  private let requests: PersistentRequests
  private let schedule: FoldSchedule
  /// Several roots of this rank travel as one message: copies of the arenas, one after the other.
  private let packed: FloatStorage?
  private let arenas: [FloatStorage]
  private let range: Range<Int>
  private(set) var isComplete = true

  init(
    _ plan: ReductionPlan, bucket index: Int, arenas: [FloatStorage], _ communicator: Communicator
  ) throws(MPIError) {
    let bucket = plan.buckets[index]
    let count = bucket.range.count
    range = bucket.range
    let mine = Array(arenas.prefix(plan.roots[plan.rank].count))
    self.arenas = mine
    let packed = mine.count > 1 ? FloatStorage(count: mine.count * count) : nil
    self.packed = packed
    requests = PersistentRequests(communicator)
    let tag = index * plan.tagsPerBucket

    var blocks: [Slab] = []
    let staging = FloatStorage(
      count: (plan.roots.map(\.count).reduce(0, +) - mine.count) * count)
    var start = 0
    for (rank, roots) in plan.roots.enumerated() {
      if rank == plan.rank {
        blocks += mine.map { Slab(storage: $0, start: bucket.range.lowerBound) }
      } else {
        blocks += roots.indices.map { Slab(storage: staging, start: start + $0 * count) }
        let end = start + roots.count * count
        try requests.addReceive(into: staging, start..<end, from: rank, tag: tag)
        start = end
      }
    }
    for distance in 1..<communicator.size {
      let peer = (plan.rank + distance) % communicator.size
      if let packed {
        try requests.addSend(packed, 0..<packed.count, to: peer, tag: tag)
      } else {
        try requests.addSend(arenas[0], bucket.range, to: peer, tag: tag)
      }
    }
    schedule = FoldSchedule(
      blocks: blocks, folds: plan.tree.folds(over: plan.roots.flatMap { $0 }),
      result: Slab(storage: arenas[0], start: bucket.range.lowerBound), count: count,
      floats: plan.floats - bucket.range.lowerBound)
  }

  func start() throws(MPIError) {
    if let packed {
      for (i, arena) in arenas.enumerated() {
        var span = packed.mutableSpan(i * range.count..<(i + 1) * range.count)
        copy(arena.span(range), to: &span)
      }
    }
    isComplete = false
    try requests.startAll()
  }

  func advance() throws(MPIError) -> Int {
    guard !isComplete else { return 0 }
    let came = try requests.testSome()
    if requests.pending == 0 {
      schedule.run()
      isComplete = true
    }
    return came
  }
}
