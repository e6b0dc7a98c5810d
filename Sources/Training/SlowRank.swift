/// Finds a rank for which the others wait, epoch after epoch.
struct SlowRank {
  /// How much longer than the others' median a rank's own work takes before it is called slow.
  static let excess = 1.25
  /// The least part of the others' time that they must lose by waiting.
  static let leastWait = 0.05

  private let shards: [Int]
  private let hosts: [String]
  private var suspect: Int?
  private var told: Set<Int> = []

  /// Looks at ranks that compute so many shards each, on the given hosts.
  init(shards: [Int], hosts: [String]) {
    self.shards = shards
    self.hosts = hosts
  }

  /// What to tell of the epoch that took `times`: a rank that was the slowest in this epoch and the
  /// last one, once.
  mutating func judge(_ times: PhaseTimes) -> String? {
    guard let (rank, phase, own, others) = slowest(in: times) else {
      suspect = nil
      return nil
    }
    defer { suspect = rank }
    guard suspect == rank, told.insert(rank).inserted else { return nil }
    return
      "rank \(rank) on \(hosts[rank]) is slow: \(Text.fixed(own, 3)) s an epoch \(phase.words),"
      + " where the others take \(Text.fixed(others, 3)) s for as many shards; they wait for it"
  }

  /// The slowest rank, the phase in which it loses the most, and that phase's seconds there and
  /// elsewhere; nil where nobody waits for anybody.
  private func slowest(in times: PhaseTimes) -> (Int, Phase, Double, Double)? {
    guard shards.count > 1 else { return nil }
    let work = zip(times.seconds(of: .compute), times.seconds(of: .data)).map(+)
    let perShard = zip(work, shards).map { $0 / Double($1) }
    guard let rank = perShard.indices.max(by: { perShard[$0] < perShard[$1] }) else { return nil }
    let others = perShard.indices.filter { $0 != rank }
    guard perShard[rank] > SlowRank.excess * median(others.map { perShard[$0] }) else { return nil }
    let waits = times.seconds(of: .wait)
    let lost = others.map { waits[$0] }.reduce(0, +)
    let total = others.map { times.seconds[$0].reduce(0, +) }.reduce(0, +)
    guard lost > SlowRank.leastWait * total else { return nil }
    let found = [Phase.compute, .data].map { phase in
      let seconds = times.seconds(of: phase)
      let usual =
        median(others.map { seconds[$0] / Double(shards[$0]) }) * Double(shards[rank])
      return (rank, phase, seconds[rank], usual)
    }
    return found.max { $0.2 - $0.3 < $1.2 - $1.3 }
  }

  private func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
}
