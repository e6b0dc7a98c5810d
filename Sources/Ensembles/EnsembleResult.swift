import Formats
import Training

/// What models are worth, one by one and together.
public struct EnsembleResult {
  /// One row of the comparison.
  public struct Row {
    /// What is measured: a member, or a way to combine all.
    public var title: String
    /// The figures of the parts that are measured, in the order of ``EnsembleResult/parts``.
    public var figures: [Figures]
    /// The members' weights; empty where the rule weighs none.
    public var weights: [Double]
  }

  /// What an ensemble gains in one figure of one part; positive is better.
  public struct Gain {
    /// The part.
    public var part: String
    /// The figure: `objective` or a metric.
    public var figure: String
    /// Over the mean of the members' figures.
    public var overMean: Double
    /// Over the best member's figure.
    public var overBest: Double
  }

  /// The names of the parts that are measured.
  public var parts: [String]
  /// The members in order.
  public var members: [Row]
  /// Every way to combine them; the ensemble's own first.
  public var combinations: [Row] = []
  /// Of each metric, whether more is better.
  var largerIsBetter: [Bool]
  /// The mean disagreement of pairs of members on the first part, and their Q statistic.
  public var disagreement: Double?
  /// The mean Q statistic of pairs of members on the first part.
  public var q: Double?
  /// The mean correlation of the errors of pairs of members on the first part, of target values.
  public var correlation: Double?

  init(parts: [String], members: [Row], largerIsBetter: [Bool]) {
    self.parts = parts
    self.members = members
    self.largerIsBetter = largerIsBetter
  }

  /// What the combination `row` gains, part by part, figure by figure.
  public func gains(of row: Row) -> [Gain] {
    var gains: [Gain] = []
    for (part, name) in parts.enumerated() {
      func add(_ figure: String, larger: Bool, _ value: (Figures) -> Double) {
        let alone = members.map { value($0.figures[part]) }
        let own = value(row.figures[part])
        // Nothing is gained in a figure that has no value on this part.
        guard let best = larger ? alone.max() : alone.min(), !own.isNaN,
          !alone.contains(where: \.isNaN)
        else { return }
        let mean = alone.reduce(0, +) / Double(alone.count)
        let sign = larger ? 1.0 : -1
        gains.append(
          Gain(
            part: name, figure: figure, overMean: sign * (own - mean),
            overBest: sign * (own - best)))
      }
      add("objective", larger: false) { $0.objective }
      for (index, metric) in row.figures[part].metrics.enumerated() {
        add(metric.name, larger: largerIsBetter[index]) { $0.metrics[index].value }
      }
    }
    return gains
  }

  /// What `summary.json` tells of it.
  public var json: JSONObject {
    func figures(_ row: Row) -> [(String, JSONValue)] {
      zip(parts, row.figures).map { ($0, .object($1.json)) }
    }
    var json = JSONObject([
      ("combine", combinations.first.map { JSONValue($0.title) } ?? .null),
      (
        "members",
        .array(
          members.map { .object(JSONObject([("member", JSONValue($0.title))] + figures($0))) })
      ),
      (
        "combinations",
        .array(
          combinations.map { row in
            var json = JSONObject([("combine", JSONValue(row.title))] + figures(row))
            if !row.weights.isEmpty {
              json["weights"] = .array(row.weights.map { JSONValue($0) })
            }
            var gained = JSONObject([])
            for gain in gains(of: row) {
              var part = gained[gain.part]?.object ?? JSONObject([])
              part[gain.figure] = .object(
                JSONObject([
                  ("over_mean", JSONValue(gain.overMean)), ("over_best", JSONValue(gain.overBest)),
                ]))
              gained[gain.part] = .object(part)
            }
            json["gain"] = .object(gained)
            return .object(json)
          })
      ),
    ])
    json["disagreement"] = disagreement.map { JSONValue($0) }
    json["q_statistic"] = q.map { JSONValue($0) }
    json["error_correlation"] = correlation.map { JSONValue($0) }
    return json
  }

  /// The table for people.
  public var table: [String] {
    var lines = FigureTable.lines(
      parts: parts,
      rows: members.map { ($0.title, $0.figures) } + [("members' mean", mean)]
        + combinations.enumerated().map { ($1.title + ($0 == 0 ? " *" : ""), $1.figures) })
    if let chosen = combinations.first {
      for part in parts {
        let words = gains(of: chosen).filter { $0.part == part }.map { gain in
          "\(gain.figure) \(Text.difference(gain.figure, gain.overMean)) over the mean,"
            + " \(Text.difference(gain.figure, gain.overBest)) over the best member"
        }
        lines.append("gain of \(chosen.title) on \(part): \(words.joined(separator: "; "))")
      }
    }
    let words = [
      disagreement.map { "disagreement " + Text.percent($0) },
      q.map { "Q statistic " + Text.fixed($0, 3) },
      correlation.map { "correlation of errors " + Text.fixed($0, 3) },
    ].compactMap { $0 }
    if !words.isEmpty {
      lines.append("diversity on \(parts[0]): " + words.joined(separator: ", "))
    }
    return lines
  }

  /// The mean of the members' figures.
  private var mean: [Figures] {
    parts.indices.compactMap { part in
      let all = members.map { $0.figures[part] }
      guard var mean = all.first else { return nil }
      let count = Double(all.count)
      mean.objective = all.reduce(0) { $0 + $1.objective } / count
      for index in mean.metrics.indices {
        mean.metrics[index].value = all.reduce(0) { $0 + $1.metrics[index].value } / count
      }
      return mean
    }
  }
}
