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

  /// The table for people; `model` holds the final model's figures of the same parts.
  public func table(model: [Figures]) -> [String] {
    let rows = snapshots + [Row(title: "final model", figures: model), ensemble]
    var cells = [[""], [""]]
    for (part, name) in parts.enumerated() {
      let metrics = ensemble.figures[part].metrics.map(\.name)
      cells[0] += [name] + metrics.map { _ in "" }
      cells[1] += ["objective"] + metrics
    }
    for row in rows {
      cells.append(
        [row.title]
          + row.figures.flatMap { figures in
            [Text.number(figures.objective)]
              + figures.metrics.map { Text.metric($0.name, $0.value) }
          })
    }
    let widths = cells[1].indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
    return cells.map { row in
      let first = row[0] + String(repeating: " ", count: widths[0] - row[0].count)
      return ([first] + zip(row, widths).dropFirst().map { Text.padded($0, $1) })
        .joined(separator: "  ")
    }
  }
}
