import Dispatch
import Synchronization
import Tensors

/// Fills batches ahead of their use, on a thread in the background that never calls message passing.
///
/// A ring of batches goes round between two threads: one fills the free ones in the order of a
/// ``PieceSequence``, the other takes the full ones and gives them back. Memory is bounded by the ring, and
/// nothing is allocated from step to step. The samples are read by nobody else between
/// ``begin(_:epoch:)`` and ``pause()``, since a data set serves one thread at a time.
public final class Prefetcher {
  /// The batches of the ring hold at most so many bytes, unless two batches alone hold more.
  public static let limit = 64 << 20

  private let ring: Ring
  private let queue = DispatchQueue(label: "nntrain.samples", qos: .userInitiated)
  private var isRunning = false
  /// The batch that is taken next, or that has been taken.
  private var place = 0

  /// A ring of `count` batches that are filled by `sampler`; each is made by `batch`.
  ///
  /// - Parameter sampler: Used in the background alone from now on.
  public init(_ sampler: BatchSampler, count: Int, batch: () -> Batch) {
    precondition(count >= 2, "a ring of \(count) batches")
    ring = Ring(sampler, (0..<count).map { _ in Slot(batch()) })
  }

  deinit { pause() }

  /// The number of batches for two steps of `pieces` pieces of `bytes` bytes, as far as memory is to spare.
  public static func count(pieces: Int, bytes: Int) -> Int {
    max(2, min(2 * pieces, limit / max(bytes, 1)))
  }

  /// Begins to fill batches with `pieces` of `epoch`.
  public func begin(_ pieces: PieceSequence, epoch: Int) {
    pause()
    place = 0
    isRunning = true
    for _ in 0..<ring.slots.count { ring.free.signal() }
    queue.async { [ring] in ring.fill(pieces, epoch: epoch) }
  }

  /// Waits for the next batch and hands it out until ``release()``.
  ///
  /// - Throws: Where its samples could not be read; nothing comes behind it.
  /// - Precondition: `positions` are those of the next piece.
  public func next(_ positions: Range<Int>) throws(DatasetError) -> Batch {
    precondition(isRunning, "no pieces were begun")
    ring.full.wait()
    let slot = ring.slots[place]
    if let failure = slot.failure { throw failure }
    precondition(
      slot.positions == positions, "\(positions) asked for, \(slot.positions) come next")
    return slot.batch
  }

  /// Gives the batch back that was handed out last.
  public func release() {
    place = place + 1 == ring.slots.count ? 0 : place + 1
    ring.free.signal()
  }

  /// Ends the filling and waits until the background is idle: the samples may be read by others then.
  public func pause() {
    guard isRunning else { return }
    isRunning = false
    ring.isCancelled.store(true, ordering: .relaxed)
    ring.free.signal()
    queue.sync {}
    ring.isCancelled.store(false, ordering: .relaxed)
    // What was left in the ring is of no use to the pieces that come next.
    for semaphore in [ring.free, ring.full] {
      while semaphore.wait(timeout: .now()) == .success {}
    }
  }
}

/// One batch of a ring.
private final class Slot {
  let batch: Batch
  var positions = 0..<0
  var failure: DatasetError?

  init(_ batch: Batch) { self.batch = batch }
}

/// What the two threads share. `Sendable` by promise: a slot belongs to one thread at a time, which it is
/// handed to by a semaphore, and the sampler to the one that fills.
private final class Ring: @unchecked Sendable {
  let slots: [Slot]
  let free = DispatchSemaphore(value: 0)
  let full = DispatchSemaphore(value: 0)
  let isCancelled = Atomic(false)
  private let sampler: BatchSampler

  init(_ sampler: BatchSampler, _ slots: [Slot]) {
    self.sampler = sampler
    self.slots = slots
  }

  /// Fills one slot after the other until the pieces end, one can't be read, or nobody wants more.
  func fill(_ pieces: PieceSequence, epoch: Int) {
    var place = 0
    var pieces = pieces
    while let positions = pieces.next() {
      free.wait()
      if isCancelled.load(ordering: .relaxed) { return }
      let slot = slots[place]
      slot.positions = positions
      slot.failure = nil
      do throws(DatasetError) {
        try sampler.fill(slot.batch, positions: positions, epoch: epoch)
      } catch { slot.failure = error }
      let failed = slot.failure != nil
      full.signal()
      if failed { return }
      place = place + 1 == slots.count ? 0 : place + 1
    }
  }
}
