import Collectives
import MPI

/// Where the time of each epoch went, on all ranks.
final class EpochTimes {
  private let clock: PhaseClock
  private let communicator: Communicator
  private var slow: SlowRank
  /// The times of all epochs so far.
  private(set) var total: PhaseTimes

  init(_ clock: PhaseClock, group: RankGroup, shards: Int) throws {
    self.clock = clock
    communicator = group.communicator
    let assignment = try ShardAssignment(ranks: group.size, shards: shards)
    slow = SlowRank(
      shards: (0..<group.size).map { assignment.shards(of: $0).count }, hosts: group.hosts)
    total = PhaseTimes(ranks: group.size)
  }

  /// Forgets what came before the first epoch.
  func begin() { _ = clock.take() }

  /// The times since the last call, and what to tell of a slow rank. All ranks must call it.
  func end() throws(MPIError) -> (times: PhaseTimes, note: String?) {
    let times = PhaseTimes(try communicator.allGather(clock.take()))
    total.add(times)
    return (times, slow.judge(times))
  }
}
