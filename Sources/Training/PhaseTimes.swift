import Formats

/// The seconds that every rank has spent in every phase.
public struct PhaseTimes: Hashable, Sendable {
  /// The phases whose time is told, in the order of the telling.
  public static let phases: [Phase] = [
    .compute, .wait, .communication, .data, .evaluation, .checkpoint,
  ]

  /// By rank, by phase.
  public private(set) var seconds: [[Double]]

  /// The times of ranks that have not begun.
  public init(ranks: Int) {
    seconds = .init(repeating: .init(repeating: 0, count: Phase.allCases.count), count: ranks)
  }

  /// The given times, by rank, by phase.
  init(_ seconds: [[Double]]) { self.seconds = seconds }

  /// Adds `other` times of the same ranks.
  public mutating func add(_ other: PhaseTimes) {
    for rank in seconds.indices {
      for phase in seconds[rank].indices { seconds[rank][phase] += other.seconds[rank][phase] }
    }
  }

  /// The seconds of `phase` on each rank.
  public func seconds(of phase: Phase) -> [Double] { seconds.map { $0[phase.rawValue] } }

  /// The part of all ranks' time that `phase` took, from 0 to 1.
  public func share(of phase: Phase) -> Double {
    let total = seconds.joined().reduce(0, +)
    return total > 0 ? seconds(of: phase).reduce(0, +) / total : 0
  }

  /// The shares by name.
  public var json: JSONObject {
    JSONObject(PhaseTimes.phases.map { ($0.name, JSONValue(share(of: $0))) })
  }

  /// The shares that are not nothing, in one phrase.
  public var words: String {
    PhaseTimes.phases.filter { share(of: $0) >= 0.0005 }
      .map { "\($0.name) \(Text.fixed(share(of: $0) * 100, 1)) %" }.joined(separator: " ")
  }

  /// A table with the mean over ranks, the least and the most of each phase, in seconds.
  public var table: [String] {
    var lines = ["time per rank     mean s    least s     most s      share"]
    for phase in PhaseTimes.phases {
      let values = seconds(of: phase)
      let mean = values.reduce(0, +) / Double(max(values.count, 1))
      let numbers = [mean, values.min() ?? 0, values.max() ?? 0].map { Text.fixed($0, 3) }
      lines.append(
        phase.name + String(repeating: " ", count: 13 - phase.name.count)
          + numbers.map { Text.padded($0, 11) }.joined()
          + Text.padded(Text.percent(share(of: phase)), 11))
    }
    return lines
  }
}
