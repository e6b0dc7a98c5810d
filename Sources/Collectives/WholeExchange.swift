import MPI
import Tensors

/// Every rank receives all roots in full and adds them all: one round of messages, for vectors that
/// are short enough for a message's latency to outweigh its bytes.
struct WholeExchange: RootExchange {
  private let requests: PersistentRequests
  private let schedule: FoldSchedule
  /// Several roots of this rank travel as one message: copies of the arenas, one after the other.
  private let packed: FloatStorage?
  private let arenas: [FloatStorage]
  private let count: Int

  init(_ plan: ReductionPlan, arenas: [FloatStorage], _ communicator: Communicator) throws(MPIError)
  {
    let count = plan.count
    self.count = count
    let mine = Array(arenas.prefix(plan.roots[plan.rank].count))
    self.arenas = mine
    let packed = mine.count > 1 ? FloatStorage(count: mine.count * count) : nil
    self.packed = packed
    requests = PersistentRequests(communicator)

    var blocks: [Slab] = []
    let staging = FloatStorage(
      count: (plan.roots.map(\.count).reduce(0, +) - mine.count) * count)
    var start = 0
    for (rank, roots) in plan.roots.enumerated() {
      if rank == plan.rank {
        blocks += mine.map { Slab(storage: $0, start: 0) }
      } else {
        blocks += roots.indices.map { Slab(storage: staging, start: start + $0 * count) }
        let end = start + roots.count * count
        try requests.addReceive(into: staging, start..<end, from: rank, tag: 0)
        start = end
      }
    }
    for distance in 1..<communicator.size {
      let peer = (plan.rank + distance) % communicator.size
      let outgoing = packed ?? arenas[0]
      try requests.addSend(outgoing, 0..<mine.count * count, to: peer, tag: 0)
    }
    schedule = FoldSchedule(
      blocks: blocks, folds: plan.tree.folds(over: plan.roots.flatMap { $0 }),
      result: Slab(storage: arenas[0], start: 0), count: count)
  }

  func run() throws(MPIError) {
    if let packed {
      for (i, arena) in arenas.enumerated() {
        var span = packed.mutableSpan(i * count..<(i + 1) * count)
        copy(arena.span(0..<count), to: &span)
      }
    }
    try requests.startAll()
    try requests.waitAll()
    schedule.run()
  }
}
