import Configuration
import Formats
import Plotting
import Training

/// The confusion matrix of a run as colored cells: the share of each true class that got each answer.
struct ConfusionPicture {
  /// The most classes whose names and counts are written.
  private static let labelled = 24

  private let name: String
  private let part: String
  private let counts: [[Int]]
  private let classes: [String]

  /// The matrix in the summary of the run directory `run`.
  ///
  /// - Throws: `FileError` where the run has not ended or has no such metric.
  init(run: String) throws {
    let path = run + "/summary.json"
    guard Folder.stamp(of: path) != nil else {
      throw FileError(
        .unreadable, path, "is absent; the confusion matrix is measured when the run ends")
    }
    let summary = try JSONFile.read(path)
    let found = ["test", "validation", "train"].lazy.compactMap { part in
      ConfusionTable(summary[part]?["confusion_matrix"]).map { (part, $0) }
    }.first
    guard let (part, table) = found else {
      throw FileError(
        .badContent, path,
        "holds no confusion matrix; train with metrics: [accuracy, confusion_matrix]")
    }
    self.part = part
    counts = table.rows
    name = summary["name"]?.string ?? run
    let names = try? OpenedModel(run + "/model.safetensors").description.schema.target.answerNames
    classes =
      names.flatMap { $0.count == table.rows.count ? $0 : nil } ?? counts.indices.map(String.init)
  }

  /// The picture.
  var chart: Chart {
    let shares = counts.map { row in
      let sum = Double(max(1, row.reduce(0, +)))
      return row.map { Double($0) / sum }
    }
    let count = counts.count
    let isLabelled = count <= ConfusionPicture.labelled
    let names = isLabelled ? classes.map { $0.count > 16 ? $0.prefix(15) + "…" : $0 } : []
    let range = 0.5...Double(count) + 0.5
    var panel = Panel(
      "rows: true classes, columns: answers",
      x: .init("", range: range, names: names, isWhole: true),
      y: .init("", range: range, names: names, isWhole: true), series: [])
    panel.heat = HeatMap(
      rows: shares,
      labels: isLabelled ? counts.map { $0.map { $0 == 0 ? "" : "\($0)" } } : [])
    var chart = Chart("\(name): confusion matrix, \(part) set", panels: [panel], columns: 1)
    chart.panelWidth = isLabelled ? max(520, 40 * count + 160) : 800
    chart.panelHeight = isLabelled ? max(440, 30 * count + 140) : 720
    return chart
  }
}

/// A confusion matrix as a summary holds it: a row for each true class, a column for each answer.
struct ConfusionTable {
  let rows: [[Int]]

  /// The matrix in `json`; nil where that is none.
  init?(_ json: JSONValue?) {
    guard let lines = json?.array, !lines.isEmpty else { return nil }
    let rows = lines.map { ($0.array ?? []).compactMap { $0.int } }
    guard rows.allSatisfy({ $0.count == rows.count && $0.allSatisfy { $0 >= 0 } }) else {
      return nil
    }
    self.rows = rows
  }
}
