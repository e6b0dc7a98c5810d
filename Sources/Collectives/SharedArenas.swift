import MPI
import Tensors

/// The sums in waiting of all ranks of one machine, in memory that each of them can read, and the place
/// for the sum over all shards: one for all ranks, or where each adds for itself, one of its own.
///
/// Where each adds for itself there are two halves of the arenas, which take turns.
///
/// Counters of each rank say how far it is: how many buckets it has written since the beginning, how
/// many of its slices it has added, the last of these with a number that is not finite, and how often it
/// has handed on its part of what all need. They grow in the same order on every rank.
final class SharedArenas {
  private enum Counter {
    static let written = 0
    static let added = 1
    static let flawed = 2
    static let handedOn = 3
  }

  /// This rank's sums in waiting, those of each half.
  let arenas: [FloatStorage]
  /// The sum over all shards.
  let total: FloatStorage
  /// Whether ``total`` is the same memory on every rank.
  let sharesTotal: Bool
  /// The number of halves.
  let halves: Int
  /// The half of the arenas that the present step writes.
  private(set) var half = 0
  /// What this rank has told so far.
  private(set) var (written, added, handedOn) = (0, 0, 0)
  /// What is added where.
  let plan: ReductionPlan
  private let memories: [SharedMemory]
  private let stride: Int

  /// Makes this rank's memory and opens the others'; nil on all ranks where one cannot, as on several
  /// machines. All ranks must call it.
  init?(_ plan: ReductionPlan, _ communicator: Communicator) throws(MPIError) {
    self.plan = plan
    // What the launcher calls a host is one, whatever the system would let its processes share.
    let isOneHost = try communicator.splitShared().size == communicator.size
    // Arenas start on pages of their own.
    let page = 1024
    let stride = (plan.count + page - 1) / page * page
    self.stride = stride
    sharesTotal = plan.buckets.allSatisfy { $0.exchange != .sharedWhole }
    halves = sharesTotal ? 1 : 2
    let number = halves * plan.arenas
    let holdsTotal = sharesTotal && plan.rank == 0
    let own = isOneHost ? SharedMemory(count: stride * (number + (holdsTotal ? 1 : 0))) : nil
    let addresses = try communicator.allGather(own?.address.words ?? [])
    let memories = addresses.enumerated().map { rank, words in
      rank == plan.rank ? own : SharedMemory(SharedMemory.Address(words: words))
    }
    let opened = memories.compactMap { $0 }
    let isWhole = opened.count == communicator.size
    guard try communicator.allReduce(isWhole ? 1 : 0, .min) == 1, let own else { return nil }
    self.memories = opened
    arenas = (0..<number).map { own.storage($0 * stride..<$0 * stride + plan.count) }
    let first = plan.arenas(of: 0) * stride
    total =
      sharesTotal
      ? opened[0].storage(first..<first + plan.count) : FloatStorage(count: plan.count)
  }

  /// Arena `index` of `rank` in a half.
  func arena(_ index: Int, of rank: Int, half: Int = 0) -> FloatStorage {
    let number = half * plan.arenas(of: rank) + index
    return rank == plan.rank
      ? arenas[number] : memories[rank].storage(number * stride..<number * stride + plan.count)
  }

  /// Lets the next step write the other half of the arenas, where there are two.
  func turnOver() { half = halves - 1 - half }

  /// Tells that this rank has written another bucket.
  func tellWritten() {
    written += 1
    memories[plan.rank].raise(Counter.written, to: written)
  }

  /// Tells that this rank has added its slice of another bucket, and whether the sums are finite.
  func tellAdded(isFinite: Bool) {
    added += 1
    if !isFinite { memories[plan.rank].raise(Counter.flawed, to: added) }
    memories[plan.rank].raise(Counter.added, to: added)
  }

  /// Tells that this rank has put its part of what all need into ``total``.
  func tellHandedOn() {
    handedOn += 1
    memories[plan.rank].raise(Counter.handedOn, to: handedOn)
  }

  /// Whether every rank has put its part there.
  var haveHandedOn: Bool {
    for memory in memories where memory.value(of: Counter.handedOn) < handedOn { return false }
    return true
  }

  /// Whether all sums of the last `count` buckets, which every rank has added, are finite.
  func areFinite(last count: Int) -> Bool {
    for memory in memories where memory.value(of: Counter.flawed) > written - count { return false }
    return true
  }

  /// Whether every rank has written `count` buckets.
  func haveWritten(_ count: Int) -> Bool {
    for memory in memories where memory.value(of: Counter.written) < count { return false }
    return true
  }

  /// Whether every rank has added `count` slices.
  func haveAdded(_ count: Int) -> Bool {
    for memory in memories where memory.value(of: Counter.added) < count { return false }
    return true
  }
}
