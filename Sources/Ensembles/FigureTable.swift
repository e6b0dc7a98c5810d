import Formats
import Training

/// Figures of several models on some parts of the data, as a table for people.
struct FigureTable {
  /// One row: a title, and the figures of each part.
  typealias Row = (title: String, figures: [Figures])

  /// The lines of the table of `rows` on `parts`.
  static func lines(parts: [String], rows: [Row]) -> [String] {
    guard let first = rows.last else { return [] }
    var cells = [[""], [""]]
    for (part, name) in parts.enumerated() {
      let metrics = first.figures[part].metrics.map(\.name)
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
