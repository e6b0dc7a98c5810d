import MPI
import Tensors

/// Every rank adds one slice of all roots: slices go all-to-all, each rank adds its slice in the
/// tree's order, the sums are gathered by all. Two rounds, and the least bytes that any exchange can
/// do with: each rank sends and receives 2 (P−1)/P of the vector, where every rank has one root.
final class SlicedExchange: BucketExchange {
  private enum State { case complete, roots, sums }

  private let roots: PersistentRequests
  private let sumsIn: PersistentRequests
  private let sumsOut: PersistentRequests
  private let schedule: FoldSchedule
  private var state = State.complete

  init(
    _ plan: ReductionPlan, bucket index: Int, arenas: [FloatStorage], _ communicator: Communicator
  ) throws(MPIError) {
    roots = PersistentRequests(communicator)
    sumsIn = PersistentRequests(communicator)
    sumsOut = PersistentRequests(communicator)
    let bucket = plan.buckets[index]
    let (me, size) = (plan.rank, communicator.size)
    let mine = bucket.slice(of: me)
    let firstTag = index * plan.tagsPerBucket
    let sumTag = firstTag + plan.tagsPerBucket - 1  // beyond every root's tag

    let staging = FloatStorage(
      count: (plan.roots.map(\.count).reduce(0, +) - plan.roots[me].count) * mine.count)
    var blocks: [Slab] = []
    var start = 0
    for (rank, ranges) in plan.roots.enumerated() {
      for root in ranges.indices {
        if rank == me {
          blocks.append(Slab(storage: arenas[root], start: mine.lowerBound))
        } else {
          blocks.append(Slab(storage: staging, start: start))
          let end = start + mine.count
          try roots.addReceive(into: staging, start..<end, from: rank, tag: firstTag + root)
          start = end
        }
      }
    }
    // Each rank begins with its right neighbour, so that no rank is everybody's first.
    for distance in 1..<size {
      let peer = (me + distance) % size
      let theirs = bucket.slice(of: peer)
      for root in plan.roots[me].indices {
        try roots.addSend(arenas[root], theirs, to: peer, tag: firstTag + root)
      }
      try sumsIn.addReceive(into: arenas[0], theirs, from: peer, tag: sumTag)
      try sumsOut.addSend(arenas[0], mine, to: peer, tag: sumTag)
    }
    schedule = FoldSchedule(
      blocks: blocks, folds: plan.tree.folds(over: plan.roots.flatMap { $0 }),
      result: Slab(storage: arenas[0], start: mine.lowerBound), count: mine.count,
      floats: plan.floats - mine.lowerBound)
  }

  var isComplete: Bool { state == .complete }

  func start() throws(MPIError) {
    state = .roots
    try roots.startAll()
  }

  func advance() throws(MPIError) -> Int {
    switch state {
    case .complete: return 0
    case .roots:
      let came = try roots.testSome()
      guard roots.pending == 0 else { return came }
      // From here on the other ranks' slices of the arenas are free to be overwritten by their sums.
      try sumsIn.startAll()
      schedule.run()
      try sumsOut.startAll()
      state = .sums
      return came
    case .sums:
      let came = try sumsIn.testSome()
      let left = try sumsOut.testSome()
      if sumsIn.pending == 0 && sumsOut.pending == 0 { state = .complete }
      return came + left
    }
  }
}
