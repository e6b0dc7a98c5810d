import Formats
import Training

/// What snapshots are worth, one by one and together.
public struct SnapshotResult {
  /// One row of the comparison.
  public struct Row {
    /// What is measured, such as `cycle 3`.
    public var title: String
    /// The figures of the parts that are measured, in the order of ``SnapshotResult/parts``.
    public var figures: [Figures]
    /// The member's weight in the ensemble; nil for what is no member.
    public var weight: Double?
  }

  /// The names of the parts that are measured.
  public var parts: [String]
  /// The snapshots in the order of their cycles.
  public var snapshots: [Row]
  /// The ensemble.
  public var ensemble: Row
  /// How members are combined.
  public var combination: Combination

  /// What `summary.json` tells of it.
  public var json: JSONValue {
    func figures(_ row: Row) -> [(String, JSONValue)] {
      zip(parts, row.figures).map { ($0, .object($1.json)) }
    }
    let snapshots = snapshots.enumerated().map { index, row in
      var json = JSONObject([("cycle", JSONValue(index + 1))] + figures(row))
      json["weight"] = row.weight.map { JSONValue($0) }
      return JSONValue.object(json)
    }
    return .object(
      JSONObject(
        [("combine", JSONValue(combination.rawValue)), ("snapshots", .array(snapshots))]
          + figures(ensemble)))
  }

  /// That the ensemble is worse than the final model on the first set that is measured; nil where it is not.
  ///
  /// Accuracy decides where it is measured, else the objective.
  func loss(to model: [Figures]) -> String? {
    guard let part = parts.first, let mine = ensemble.figures.first, let other = model.first else {
      return nil
    }
    let title = "the snapshots' \(combination.rawValue)"
    func line(_ own: String, _ final: String, _ relation: String) -> String {
      "note: \(title) \(own) is \(relation) the final model's \(final) on the \(part) set"
    }
    for (metric, final) in zip(mine.metrics, other.metrics) where metric.name == "accuracy" {
      guard metric.value < final.value else { return nil }
      return line(
        Text.metric(metric.name, metric.value), Text.metric(final.name, final.value), "below")
    }
    guard mine.objective > other.objective else { return nil }
    return line(
      "objective " + Text.number(mine.objective), Text.number(other.objective), "above")
  }

  /// The table for people; `model` holds the final model's figures of the same parts.
  public func table(model: [Figures]) -> [String] {
    let rows = snapshots + [Row(title: "final model", figures: model), ensemble]
    return FigureTable.lines(parts: parts, rows: rows.map { ($0.title, $0.figures) })
      + [loss(to: model)].compactMap { $0 }
  }
}
