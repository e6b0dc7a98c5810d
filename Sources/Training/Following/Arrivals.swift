import Collectives
import Datasets
import MPI
import Tensors

#if canImport(Glibc)
  import Glibc
#endif

/// Hands the records that arrive to all ranks: one reads, all get the same minibatch.
///
/// While too few are there, the ranks meet several times a second, so that a request to stop is heard and
/// nobody takes a quiet stream for a lost rank.
final class Arrivals {
  /// What the ranks have agreed on.
  enum Verdict {
    /// A minibatch is at hand; only the last one may be smaller than others.
    case ready
    /// No record will come.
    case ended
    /// A rank was asked to stop.
    case stopped
  }

  /// The seconds of one wait.
  private static let turn = 0.1

  private enum Word {
    static let count = 0
    static let ended = 1
    static let failed = 2
    static let stop = 3
    static let number = 4
  }

  /// What reads, on the coordinator.
  private(set) var queue: ArrivalQueue?
  private let plan: FollowPlan
  private let group: RankGroup
  private let agreement: CollectiveAgreement
  private let dropsLast: Bool
  private var isReady = false
  private var hasEnded = false
  /// Whether the last look has found too little.
  private var isWaiting = false

  init(_ plan: FollowPlan, dropsLast: Bool, group: RankGroup) {
    self.plan = plan
    self.group = group
    self.dropsLast = dropsLast
    agreement = CollectiveAgreement(communicator: group.communicator)
  }

  /// Reads from `source` from now on; for the coordinator alone.
  func read(from source: any ArrivalSource) { queue = ArrivalQueue(plan, source) }

  /// Lets the record of the number `record` come next, on all ranks.
  func rewind(to record: Int) throws {
    (isReady, hasEnded) = (false, false)
    plan.records.first = record
    plan.records.batch.count = 0
    try agreement.together(describe: RankFailure.init(describing:)) {
      try queue?.rewind(to: record)
    }
    // A long journal takes its time, in which the reader must not look lost.
    var more = [1]
    while more[0] == 1 {
      more[0] = 0
      try agreement.together(describe: RankFailure.init(describing:)) {
        if let queue, try !queue.replay(for: Arrivals.turn) { more[0] = 1 }
      }
      var span = more.mutableSpan
      try group.communicator.allReduce(&span, .max)
      group.heartbeat.beat()
    }
  }

  /// Waits for a minibatch, unless one is at hand.
  ///
  /// - Parameter failure: what has gone wrong on this rank.
  func wait(stop: StopSignal, failure: RankFailure?) throws -> Verdict {
    if isReady { return .ready }
    while !hasEnded {
      let verdict = try look(stop: stop, failure: failure)
      group.heartbeat.beat()
      if let verdict { return verdict }
    }
    return .ended
  }

  /// The minibatch at hand has been learnt from.
  func finish() {
    isReady = false
    plan.records.first += plan.records.batch.count
    plan.records.batch.count = 0
  }

  private func look(stop: StopSignal, failure before: RankFailure?) throws -> Verdict? {
    // Whoever does not read would wait with a busy processor.
    if isWaiting, queue == nil { usleep(UInt32(Arrivals.turn * 0.8e6)) }
    isWaiting = false
    var failure = before
    var words = [Int](repeating: 0, count: Word.number)
    do {
      if failure == nil, let queue {
        words[Word.ended] = try queue.fill(wait: Arrivals.turn) ? 1 : 0
        words[Word.count] = plan.records.batch.count
        if words[Word.ended] == 1, words[Word.count] == 0 { try requireSome() }
      }
    } catch {
      failure = RankFailure(describing: error)
    }
    if failure != nil { words[Word.failed] = 1 }
    if stop.poll() { words[Word.stop] = 1 }
    // All in one, which also tells the others that the reader is alive.
    var span = words.mutableSpan
    try group.communicator.allReduce(&span, .max)
    if words[Word.failed] == 1, let failed = try agreement.agree(failure) {
      throw TrainingError(code: failed.code, failed.message)
    }
    hasEnded = words[Word.ended] == 1
    let (count, batch) = (words[Word.count], plan.records.batch)
    if count == batch.capacity || hasEnded && count > 0 && !dropsLast {
      try share(count)
      isReady = true
      return .ready
    }
    if hasEnded { return .ended }
    isWaiting = true
    return words[Word.stop] == 1 ? .stopped : nil
  }

  /// A stream without a single record has been set up wrongly.
  private func requireSome() throws {
    guard plan.records.first == 0 else { return }
    throw TrainingError(
      code: ExitCode.badContent,
      "\(plan.place.name): the stream is over, and no record has arrived; look for what should have"
        + " written there")
  }

  /// Gives all ranks the records that the coordinator has read.
  private func share(_ count: Int) throws {
    let batch = plan.records.batch
    batch.count = count
    for (storage, width) in [
      (batch.inputs, batch.inputWidth), (batch.targets, batch.targetWidth), (batch.weights, 1),
    ] {
      var span = storage.mutableSpan(0..<count * width)
      try group.communicator.broadcast(&span, root: 0)
    }
  }
}
