import MPI
import Tensors

/// Sums the shards' vectors (gradients, and what must be reduced with them) in the fixed tree, so
/// that every rank holds the same bits, whatever the number of ranks.
///
/// One step: for each shard of `localShards` in order, range after range from the vector's end to its
/// start: write the elements at `place(of:)`, then call `ready`. `finish` hands out the sum over all
/// shards of all ranks. A range is added to the sums in waiting while it is still in the cache; the
/// last local shard's ranges are exchanged, bucket by bucket, while it goes on: `progress`, called now
/// and then, lets the library work. A rank that fails in a step writes zeros and takes part: one
/// element of the vector may carry its error code, which every rank then finds in the sum.
///
/// Everything is prepared once; a step allocates nothing and every wait has the communicator's
/// timeout. Not a number stays not a number, but its payload bits are outside the promise.
public final class GradientReducer {
  /// What is added where.
  public let plan: ReductionPlan

  /// The buckets that `progress` looks at in one call: the library moves the others' bytes as well,
  /// but to ask after each would cost more than it brings.
  private static let window = 8

  private let communicator: Communicator
  private let arenas: [FloatStorage]
  /// The first arena of the present step.
  private var base = 0
  /// A range that is added at once has no place of its own.
  private let spare: FloatStorage
  private let exchanges: [any BucketExchange]
  private let arrivals: Arrivals?
  /// The memory in which the ranks' sums come together, where they share it.
  private let shared: SharedArenas?
  /// Where the sum over all shards is found.
  private let total: FloatStorage
  /// The elements before this one are judged: whether their sums are finite.
  private let judged: Int
  private var depth = 0
  private var committed = 0
  /// The elements of the current shard from here on are ready.
  private var frontier: Int
  /// Of `exchanges`, those before are complete, and those before are started.
  private var (complete, started) = (0, 0)
  /// What went wrong since the last `finish`, which throws it.
  private var failure: MPIError?

  /// A reducer of vectors of `count` elements over `shards` shards. All ranks must create it.
  ///
  /// `largestRange` is the most elements that become ready at once: all, if not said. Ranks of one
  /// machine meet in shared memory unless `usesSharedMemory` is false or the system refuses it; else
  /// the shape decides how the ranks' sums come together. `exchange` forces the way. Throws
  /// `CollectivesError` where there are more ranks than shards and where the ranks do not pass the
  /// same numbers, `MPIError` where the messages cannot be prepared. ``sumIsFinite`` judges the first
  /// `judged` elements: all, if not said. The first `floats` elements, all if not said, are `Float`; pairs
  /// of those behind them are the halves of `Double`, the lower half first, and added as such. Ranges that
  /// become ready cut no pair in two.
  public init(
    communicator: Communicator, shards: Int, count: Int, floats: Int? = nil,
    largestRange: Int? = nil, judged: Int? = nil,
    bucket: BucketSize = .automatic, usesSharedMemory: Bool = true,
    exchange: Bucket.Exchange? = nil
  ) throws {
    let assignment = try ShardAssignment(ranks: communicator.size, shards: shards)
    let shape = try communicator.allGather([shards, count])
    let differing = shape.indices.filter { shape[$0] != shape[0] }
    guard differing.isEmpty else {
      throw CollectivesError.ranksDiffer(
        label: "shape of the reduction", ranks: differing, size: communicator.size)
    }
    // Messages of its own: those of other users of the communicator can never be mistaken for them.
    let own = try communicator.duplicate(name: "reducer")
    self.communicator = own
    func cut(_ size: Int, _ exchange: Bucket.Exchange?) -> ReductionPlan {
      ReductionPlan(
        assignment: assignment, rank: own.rank, count: count, floats: floats,
        largestRange: largestRange, bucket: size, exchange: exchange)
    }
    var shared: SharedArenas?
    let isShared = exchange == .sharedWhole || exchange == .sharedSliced
    if own.size > 1, isShared || usesSharedMemory && exchange == nil {
      let way = isShared ? exchange : Bucket.sharedExchange(count: count, ranks: own.size)
      shared = try SharedArenas(cut(bucket.elements ?? BucketSize.shared, way), own)
    }
    if let shared {
      plan = shared.plan
    } else {
      let size =
        try bucket.elements
        ?? BucketMeasurement.choose(communicator, shards: shards, count: count)
      plan = cut(size, isShared ? nil : exchange)
    }
    self.shared = shared
    let (plan, judged) = (plan, judged ?? count)
    self.judged = judged
    let arenas = shared?.arenas ?? (0..<plan.arenas).map { _ in FloatStorage(count: count) }
    self.arenas = arenas
    total = shared?.total ?? arenas[0]
    spare = FloatStorage(count: plan.spareElements)
    frontier = count
    exchanges = try plan.buckets.indices.map { index -> any BucketExchange in
      if let shared {
        return shared.sharesTotal
          ? SharedSlicedExchange(plan, bucket: index, shared, judged: judged)
          : SharedWholeExchange(plan, bucket: index, shared)
      }
      return plan.buckets[index].exchange == .whole
        ? try WholeExchange(plan, bucket: index, arenas: arenas, own)
        : try SlicedExchange(plan, bucket: index, arenas: arenas, own)
    }
    let tag = plan.buckets.count * plan.tagsPerBucket
    arrivals = plan.buckets.last?.exchange == .sliced ? try Arrivals(own, tag: tag) : nil
  }

  /// The shards that this rank computes.
  public var localShards: Range<Int> { plan.assignment.shards(of: plan.rank) }

  /// The local shards of which something is still to be written in this step.
  public var pendingShards: Int { localShards.count - committed }

  /// Whether messages are under way, so that `progress` is worth its call.
  public var isBusy: Bool { complete < started }

  /// The buckets of this step's exchange that are started, and those of them that are summed.
  public var exchanged: (started: Int, complete: Int) { (started, complete) }

  /// Where the elements of `range` of the current shard are to be written, all of them: the place of
  /// the first one, which holds remains. It is the current shard's until `ready`.
  ///
  /// - Precondition: `pendingShards` is not 0.
  public func place(of range: Range<Int>) -> (storage: FloatStorage, offset: Int) {
    precondition(pendingShards > 0, "all \(committed) local shards are written: call finish()")
    return plan.localFolds[committed] == 0 ? (arenas[base + depth], range.lowerBound) : (spare, 0)
  }

  /// Takes the elements of `range` of the current shard, adds what can be added and sends what can be
  /// sent. When the vector's start is reached, the next local shard is the current one.
  ///
  /// - Precondition: `range` ends where the last one began, the shard's first one at the end.
  public func ready(_ range: Range<Int>) {
    precondition(pendingShards > 0, "all \(committed) local shards are written: call finish()")
    precondition(
      range.upperBound == frontier && range.count <= plan.largestRange,
      "\(range) of up to \(plan.largestRange) elements is ready; ranges come from the end, the next"
        + " one ends at \(frontier)")
    let folds = plan.localFolds[committed]
    if folds > 0 { fold(range, folds) }
    frontier = range.lowerBound
    if pendingShards == 1 { startBuckets() }
    guard frontier == 0 else { return }
    depth += 1 - folds
    committed += 1
    frontier = plan.count
    if pendingShards == 0 { attempt { () throws(MPIError) in try arrivals?.start() } }
  }

  /// Lets the library work on the messages under way, and adds what has come.
  public func progress() {
    attempt { () throws(MPIError) in _ = try advance() }
  }

  /// Waits until every rank has written all its shards; bytes move meanwhile. Short vectors are summed
  /// then as well. What `finish` takes after this is the time of the exchange alone. Throws as `finish`
  /// does.
  ///
  /// - Precondition: all local shards are written.
  public func meet() throws(MPIError) {
    if let failure { throw failure }
    var patience = Patience(communicator)
    while !(try hasMet()) {
      if try advance() > 0 { continue }
      guard patience.goesOn() else { throw patience.timeout("waiting for the other ranks") }
    }
  }

  /// Whether the sum is the same memory on all ranks, so that they can hand something on in it.
  public var sharesSum: Bool { shared?.sharesTotal ?? false }

  /// Whether the elements that are judged are finite in the sum that `finish` has handed out; the same
  /// on every rank.
  public var sumIsFinite: Bool {
    if let shared, shared.sharesTotal { return shared.areFinite(last: exchanges.count) }
    let total = total
    return allFinite(total.span(0..<judged))
  }

  /// Lays the elements of `range` of `values` out for the other ranks, in the place of the sum that
  /// `finish` has handed out.
  ///
  /// - Precondition: the ranks share the sum, none reads these elements of it any more, and
  ///   `handOn` follows before the next step.
  public func offer(_ values: FloatStorage, _ range: Range<Int>) {
    precondition(sharesSum, "the ranks do not share the sum")
    let total = total
    var place = total.mutableSpan(range)
    copy(values.span(range), to: &place)
  }

  /// Takes into `values` what the other ranks have laid out, once all have: `parts` are the elements
  /// that each rank has offered, the same on all ranks. Throws as `finish` does.
  public func handOn(_ values: FloatStorage, parts: [Range<Int>]) throws(MPIError) {
    guard let shared, sharesSum else { preconditionFailure("the ranks do not share the sum") }
    precondition(parts.count == communicator.size)
    let total = total
    shared.tellHandedOn()
    var patience = Patience(communicator)
    while !shared.haveHandedOn {
      guard patience.goesOn() else { throw patience.timeout("waiting for updated parameters") }
    }
    for (rank, part) in parts.enumerated() where rank != communicator.rank {
      var place = values.mutableSpan(part)
      copy(total.span(part), to: &place)
    }
  }

  /// The sum over all shards, on every rank, to be read only: it may be the same memory on all; valid
  /// until the next step writes, or `offer` does.
  ///
  /// The next step may begin afterwards. Throws where messages fail or a rank does not answer within
  /// the communicator's timeout; the reducer cannot be used any more then.
  ///
  /// - Precondition: all local shards are written.
  public func finish() throws(MPIError) -> FloatStorage {
    precondition(
      pendingShards == 0, "\(pendingShards) of \(localShards.count) local shards are missing")
    if let failure { throw failure }
    var patience = Patience(communicator)
    while complete < exchanges.count {
      let before = complete
      if try advance() > 0 {
        if complete > before { patience = Patience(communicator) }
        continue
      }
      guard patience.goesOn() else { throw patience.timeout("summing gradients") }
    }
    try arrivals?.finish()
    if let shared {
      shared.turnOver()
      base = shared.half * plan.arenas
    }
    depth = 0
    committed = 0
    (complete, started) = (0, 0)
    return total
  }

  /// Adds a range to the sums in waiting, as the tree says: the last one first.
  ///
  /// Up to three additions are one pass, whose loads from far caches overlap; of more, those before go
  /// block by block, so that the sum stays in the nearest cache.
  private func fold(_ range: Range<Int>, _ folds: Int) {
    if range.upperBound > plan.floats { return foldWide(range, folds) }
    let (arenas, spare) = (arenas, spare)
    let depth = base + depth
    var start = 0
    while start < range.count {
      let length = folds <= 3 ? range.count : min(FoldSchedule.block, range.count - start)
      let first = range.lowerBound + start
      let place = first..<first + length
      var level = 1
      if folds > 3 {
        var leaf = spare.mutableSpan(start..<start + length)
        while folds - level >= 3 {
          let waiting = arenas[depth - level]
          add(waiting.span(place), to: &leaf)
          level += 1
        }
      }
      let leaf = spare.span(start..<start + length)
      let last = arenas[depth - folds]
      var sum = last.mutableSpan(place)
      let (one, other) = (arenas[depth - level], arenas[max(depth - level - 1, 0)])
      switch folds - level {
      case 0: add(leaf, to: &sum)
      case 1: add(leaf, one.span(place), to: &sum)
      default: add(leaf, one.span(place), other.span(place), to: &sum)
      }
      start += length
    }
  }

  /// The same for a range with halves of `Double`, which is short.
  private func foldWide(_ range: Range<Int>, _ folds: Int) {
    let (arenas, spare) = (arenas, spare)
    let floats = max(plan.floats - range.lowerBound, 0)
    var leaf = spare.mutableSpan(0..<range.count)
    for level in 1..<folds {
      let waiting = arenas[base + depth - level]
      add(waiting.span(range), to: &leaf, floats: floats)
    }
    let last = arenas[base + depth - folds]
    var sum = last.mutableSpan(range)
    add(leaf.span, to: &sum, floats: floats)
  }

  private func startBuckets() {
    while started < exchanges.count, plan.buckets[started].range.lowerBound >= frontier {
      let exchange = exchanges[started]
      started += 1
      attempt { () throws(MPIError) in try exchange.start() }
    }
  }

  /// Whether all ranks have come to the end of their shards.
  private func hasMet() throws(MPIError) -> Bool {
    if let arrivals { return try arrivals.areComplete() }
    if let shared { return shared.haveWritten(shared.written) }
    return complete == exchanges.count
  }

  /// Moves the oldest exchanges on; the number of messages that have completed.
  private func advance() throws(MPIError) -> Int {
    var came = 0
    for index in complete..<min(started, complete + GradientReducer.window) {
      came += try exchanges[index].advance()
    }
    while complete < started, exchanges[complete].isComplete { complete += 1 }
    return came
  }

  /// Keeps what goes wrong for `finish`: in the midst of a backward pass nobody can act on it.
  private func attempt(_ body: () throws(MPIError) -> Void) {
    guard failure == nil else { return }
    do throws(MPIError) { try body() } catch { failure = error }
  }
}
