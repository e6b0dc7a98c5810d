import Datasets
import Tensors

/// The records that have arrived and wait for their minibatch, on the rank that reads: as many as the
/// buffer holds; the rest wait in the folder, or the pipe's writer does.
final class ArrivalQueue {
  /// The records and whole files that were wrong and left out so far.
  var malformed: Int { source.malformed }

  private let plan: FollowPlan
  private let source: any ArrivalSource
  private var pieces: [any GatheringDataset] = []
  /// The place in the first piece.
  private var place = 0
  private var waiting = 0
  private var hasEnded = false
  private var idleSince: Double?
  /// The records of the source that are passed over, since they were learnt from.
  private var passed = 0

  init(_ plan: FollowPlan, _ source: any ArrivalSource) {
    self.plan = plan
    self.source = source
  }

  /// Goes back so that the record of the number `record` comes next, once ``replay(for:)`` has passed over
  /// those before it.
  func rewind(to record: Int) throws {
    (pieces, place, waiting, hasEnded, idleSince) = ([], 0, 0, false, nil)
    passed = record - (try source.rewind(to: record))
    plan.records.first = record
    plan.records.batch.count = 0
  }

  /// Passes over what was learnt from, for about so many seconds; whether that is done.
  func replay(for seconds: Double) throws -> Bool {
    let end = MonotonicClock.seconds + seconds
    while passed > 0 {
      guard let data = try source.replay() else {
        throw TrainingError(
          code: ExitCode.badContent,
          "\(plan.place.name): \(passed) of the \(plan.records.first) records that were learnt from are missing in"
            + " the run's journal \(plan.journalName); restore it, or start another run")
      }
      take(data)
      // Each slice gets on, however short it is.
      if MonotonicClock.seconds > end { break }
    }
    return passed == 0
  }

  /// Fills the minibatch as far as records are there and can be read in `seconds`, and waits as long for
  /// more where they are not enough; whether no more will come.
  func fill(wait seconds: Double) throws -> Bool {
    let wanted = max(plan.buffer, plan.records.batch.capacity)
    // The others wait meanwhile, and want to know that this rank is alive.
    let end = MonotonicClock.seconds + seconds
    while waiting < wanted, try look(wait: 0), MonotonicClock.seconds < end {}
    try move()
    if plan.records.batch.count < plan.records.batch.capacity, !hasEnded {
      if try !look(wait: seconds) { noteIdle() }
      try move()
    }
    return hasEnded && waiting == 0
  }

  /// Whether a look at the source has found something.
  private func look(wait seconds: Double) throws -> Bool {
    guard !hasEnded else { return false }
    switch try source.next(wait: seconds) {
    case .piece(let data):
      idleSince = nil
      take(data)
      return true
    case .nothingOfUse: return true
    case .nothing: return false
    case .ended:
      hasEnded = true
      return false
    }
  }

  private func take(_ data: any GatheringDataset) {
    let skipped = min(passed, data.count)
    passed -= skipped
    guard skipped < data.count else { return }
    if pieces.isEmpty { place = skipped }
    pieces.append(data)
    waiting += data.count - skipped
  }

  private func noteIdle() {
    guard let idle = plan.idle, !hasEnded else { return }
    let now = MonotonicClock.seconds
    let since = idleSince ?? now
    idleSince = since
    hasEnded = now - since >= idle
  }

  /// Moves records into the minibatch while there is room.
  private func move() throws {
    while let data = pieces.first {
      let count = try plan.records.append(data, from: place)
      guard count > 0 else { return }
      place += count
      waiting -= count
      if place == data.count {
        pieces.removeFirst()
        place = 0
      }
    }
  }
}
