import MPI

/// Where all ranks run, and what is wrong with that.
public struct Placement: Sendable {
  /// The hosts that are named in a note at most.
  private static let named = 4

  /// The places by rank.
  public let places: [RankPlace]
  /// The threads of each rank.
  public let threads: Int

  /// Ranks of so many threads in the given places.
  public init(_ places: [RankPlace], threads: Int) {
    self.places = places
    self.threads = threads
  }

  /// Every rank's place. All ranks must call it.
  public static func gather(
    _ mine: RankPlace, threads: Int, over communicator: Communicator
  ) throws(MPIError) -> Placement {
    let all = try communicator.allGather(mine.serialized).map { RankPlace(serialized: $0) ?? mine }
    return Placement(all, threads: threads)
  }

  /// The hosts in the order of their first ranks, and the ranks of each.
  public var hosts: [(name: String, ranks: [Int])] {
    var order: [String] = []
    var ranks: [String: [Int]] = [:]
    for (rank, place) in places.enumerated() {
      if ranks[place.host] == nil { order.append(place.host) }
      ranks[place.host, default: []].append(rank)
    }
    return order.map { ($0, ranks[$0] ?? []) }
  }

  /// What a person should know of it.
  public var notes: [String] {
    shared + differing(\.processor, "processor", "the last bits are those of this mixture only")
      + differing(\.library, "message passing", "let all use one version")
  }

  /// Hosts on which ranks want more cores than they may use together, or are bound to the same ones.
  private var shared: [String] {
    var crowds: [(ranks: Int, cores: Int, hosts: [String])] = []
    for (name, ranks) in hosts {
      guard let crowd = crowd(ranks) else { continue }
      if let known = crowds.firstIndex(where: { ($0.ranks, $0.cores) == crowd }) {
        crowds[known].hosts.append(name)
      } else {
        crowds.append((crowd.0, crowd.1, [name]))
      }
    }
    return crowds.map { crowd in
      "\(crowd.ranks) ranks of \(threads) \(threads == 1 ? "thread" : "threads") share \(crowd.cores)"
        + " \(crowd.cores == 1 ? "core" : "cores") on \(Placement.list(crowd.hosts)) and wait for one"
        + " another; start fewer, or bind them with mpirun --map-by slot:PE=\(threads)"
    }
  }

  /// The ranks and the cores of the worst crowd among `ranks`, which are on one host.
  private func crowd(_ ranks: [Int]) -> (Int, Int)? {
    var groups = [Array(ranks)]
    groups += Dictionary(grouping: ranks) { places[$0].cores }.values.map { $0 }
    let crowded = groups.filter { group in
      let cores = Set(group.flatMap { places[$0].cores }).count
      return group.count > 1 && cores > 0 && group.count * threads > cores
    }
    return crowded.max { $0.count < $1.count }.map { group in
      (group.count, Set(group.flatMap { places[$0].cores }).count)
    }
  }

  /// Hosts that differ in `property`.
  private func differing(
    _ property: (RankPlace) -> String, _ name: String, _ remedy: String
  ) -> [String] {
    var kinds: [(value: String, hosts: [String])] = []
    for (host, ranks) in hosts {
      let value = property(places[ranks[0]])
      if let known = kinds.firstIndex(where: { $0.value == value }) {
        kinds[known].hosts.append(host)
      } else {
        kinds.append((value, [host]))
      }
    }
    guard kinds.count > 1 else { return [] }
    let list = kinds.map { "\($0.value) on \(Placement.list($0.hosts))" }
    return ["the hosts differ in \(name): \(list.joined(separator: "; ")); \(remedy)"]
  }

  /// That ranks of `bytes` each are more than what is free on their host.
  public func memoryNote(bytes: Int) -> String? {
    for (name, ranks) in hosts {
      let (needed, overflow) = bytes.multipliedReportingOverflow(by: ranks.count)
      guard let free = ranks.compactMap({ places[$0].freeMemory }).min(),
        overflow || needed > free
      else { continue }
      return
        "\(ranks.count) \(ranks.count == 1 ? "rank" : "ranks") of \(Text.bytes(bytes)) on \(name)"
        + " are more than its free memory of \(Text.bytes(free)); use more hosts, fewer ranks, or a"
        + " smaller training.micro_batch"
    }
    return nil
  }

  /// A line for each rank.
  public var lines: [String] {
    var lines = [
      "\(places.count) \(places.count == 1 ? "rank" : "ranks") on "
        + hosts.map { "\($0.name) (\($0.ranks.count))" }.joined(separator: ", ")
    ]
    for (rank, place) in places.enumerated() {
      lines.append(
        "rank \(rank) on \(place.host): \(threads) \(threads == 1 ? "thread" : "threads"), cores"
          + " \(Placement.ranges(place.cores)), \(place.processor)")
    }
    return lines
  }

  /// Cores as people write them: `0-3,8`.
  static func ranges(_ cores: [Int]) -> String {
    var runs: [ClosedRange<Int>] = []
    for core in cores.sorted() {
      if let last = runs.last, last.upperBound + 1 == core {
        runs[runs.count - 1] = last.lowerBound...core
      } else {
        runs.append(core...core)
      }
    }
    let words = runs.map {
      $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)"
    }
    return words.isEmpty ? "unknown" : words.joined(separator: ",")
  }

  /// Some hosts by name.
  public static func list(_ hosts: [String]) -> String {
    let rest = hosts.count - named
    return hosts.prefix(named).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
  }
}
