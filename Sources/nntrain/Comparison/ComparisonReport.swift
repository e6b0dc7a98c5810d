import Formats
import Plotting
import Training

/// What a comparison has shown: one table, one picture, and the numbers behind them.
struct ComparisonReport {
  /// What the runs of one variant have shown.
  private struct Row {
    /// The number of the variant.
    var variant: Int
    var runs: [MemberResult]
    /// Its mean figure; nil where no run came to its end.
    var mean: Double?
  }

  private let plan: ComparisonPlan
  private let figure: (name: String, isLargerBetter: Bool)
  private let showsTest: Bool
  private var rows: [Row] = []

  /// The report of `results`; variants come from the best one to the worst by the mean of `figure` on
  /// the validation part.
  init(
    _ plan: ComparisonPlan, _ results: [MemberResult],
    by figure: (name: String, isLargerBetter: Bool), showsTest: Bool
  ) {
    self.plan = plan
    self.figure = figure
    self.showsTest = showsTest
    for variant in plan.variants.indices {
      let runs = results.filter { plan.members[$0.number].variant == variant }
      let values = runs.compactMap { $0.figure("validation", figure.name) }
      rows.append(Row(variant: variant, runs: runs, mean: Statistics(values)?.mean))
    }
    rows.sort { left, right in
      guard let a = left.mean, let b = right.mean else {
        return left.mean != nil || (right.mean == nil && left.variant < right.variant)
      }
      if a == b { return left.variant < right.variant }
      return figure.isLargerBetter ? a > b : a < b
    }
  }

  /// The exit code: that of the first variant or run that failed.
  var exitCode: Int32 {
    for row in rows.sorted(by: { $0.variant < $1.variant }) {
      if let error = plan.variants[row.variant].error { return error.exitCode }
      if let run = row.runs.first(where: { $0.code != 0 }) { return run.code }
    }
    return 0
  }

  /// Mean and spread of some numbers.
  struct Statistics {
    let mean: Double
    /// The standard deviation over n − 1; nil of a single number.
    let spread: Double?

    /// The statistics of `values`; nil of none.
    init?(_ values: [Double]) {
      guard !values.isEmpty else { return nil }
      let mean = values.reduce(0, +) / Double(values.count)
      self.mean = mean
      let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      spread = values.count > 1 ? (squares / Double(values.count - 1)).squareRoot() : nil
    }
  }

  // MARK: The table

  private var figures: [String] {
    figure.name == "objective" ? ["objective"] : [figure.name, "objective"]
  }

  /// The table, a line each.
  var table: [String] {
    var columns = ["variant", "runs"] + figures.map { "validation " + $0 } + ["best", "seconds"]
    if showsTest { columns += figures.map { "test " + $0 } }
    var cells = [columns]
    for row in rows { cells.append(self.cells(row)) }
    let widths = columns.indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
    var lines = cells.map { line in
      line[0] + String(repeating: " ", count: widths[0] - line[0].count)
        + line.indices.dropFirst().map { "  " + Text.padded(line[$0], widths[$0]) }.joined()
    }
    for row in rows.sorted(by: { $0.variant < $1.variant }) {
      let variant = plan.variants[row.variant]
      if let error = variant.error {
        lines.append("failed  \(variant.name) (\(error.exitCode)): \(error.description)")
      }
      for run in row.runs where run.code != 0 {
        let seed = plan.members[run.number].seed
        let word = run.code == ExitCode.stopped ? "stopped" : "failed"
        lines.append("\(word)  \(variant.name), seed \(seed) (\(run.code)): \(run.reason ?? "")")
      }
    }
    return lines
  }

  private func cells(_ row: Row) -> [String] {
    let done = row.runs.filter { $0.code == 0 }
    let wanted = plan.members.filter { $0.variant == row.variant }.count
    func cell(_ part: String, _ name: String) -> String {
      guard let found = Statistics(done.compactMap { $0.figure(part, name) }) else { return "—" }
      return Text.metric(name, found.mean)
        + (found.spread.map { " ± " + Text.metric(name, $0) } ?? "")
    }
    let values = done.compactMap { $0.figure("validation", figure.name) }
    let best = figure.isLargerBetter ? values.max() : values.min()
    let seconds = Statistics(done.compactMap { $0.summary?["seconds"]?.double })
    return [plan.variants[row.variant].name, "\(done.count)/\(wanted)"]
      + figures.map { cell("validation", $0) }
      + [
        best.map { Text.metric(figure.name, $0) } ?? "—",
        seconds.map { Text.fixed($0.mean, 1) } ?? "—",
      ] + (showsTest ? figures.map { cell("test", $0) } : [])
  }

  // MARK: The picture

  /// Mean and spread over the seeds, epoch by epoch: one panel for each figure.
  var chart: Chart {
    let rows = rows.filter { $0.mean != nil }
    let names = ShortNames.distinct(rows.map { plan.variants[$0.variant].name })
    let hasSeeds = rows.contains { $0.runs.count > 1 }
    return Chart(
      hasSeeds ? "validation: mean and standard deviation over the seeds" : "validation",
      panels: figures.map { name in
        Panel(
          name, x: .init("epoch", isWhole: true),
          y: .init("validation \(name)", limit: name.hasSuffix("accuracy") ? 1 : nil),
          series: zip(rows, names).map { row, label in
            Series(
              label, Series.thinned(curve(row, name)), style: .line, color: row.variant)
          })
      })
  }

  private func curve(_ row: Row, _ name: String) -> [Series.Point] {
    let runs = row.runs.filter { $0.code == 0 }
    let length = runs.map(\.epochs.count).max() ?? 0
    return (0..<length).map { epoch in
      let values = runs.compactMap { run in
        epoch < run.epochs.count ? run.epochs[epoch]["validation"]?[name]?.double : nil
      }
      let found = Statistics(values)
      let mean = found?.mean ?? .nan
      let spread = found?.spread.map { mean - $0...mean + $0 }
      return Series.Point(Double(epoch + 1), mean, spread: spread)
    }
  }

  // MARK: The numbers

  /// Writes the figures of every epoch of every run.
  func writeTable(to path: String) throws {
    let names = figures.map { "validation_" + $0 }
    let writer = try CSVWriter(
      to: AtomicFile(path: path),
      columns: ["variant", "seed", "epoch", "train_objective"] + names)
    for row in rows.sorted(by: { $0.variant < $1.variant }) {
      for run in row.runs {
        for line in run.epochs {
          func text(_ part: String, _ name: String) -> String {
            line[part]?[name]?.double.map { "\($0)" } ?? ""
          }
          try writer.write(
            [
              plan.variants[row.variant].name, "\(plan.members[run.number].seed)",
              "\(line["epoch"]?.int ?? 0)", text("train", "objective"),
            ] + figures.map { text("validation", $0) })
        }
      }
    }
    try writer.finish()
  }

  /// The content of `comparison.json`.
  var json: JSONValue {
    let variants = rows.map { row -> JSONValue in
      let variant = plan.variants[row.variant]
      var object = JSONObject([
        ("variant", JSONValue(variant.name)),
        ("settings", .array(variant.overrides.map { JSONValue($0) })),
      ])
      object["configuration"] = variant.path.map { JSONValue($0) }
      object["mean"] = row.mean.map { JSONValue($0) }
      let values = row.runs.compactMap { $0.figure("validation", figure.name) }
      object["spread"] = Statistics(values)?.spread.map { JSONValue($0) }
      object["reason"] = variant.error.map { JSONValue($0.description) }
      object["runs"] = .array(row.runs.map { json($0) })
      return .object(object)
    }
    return .object(
      JSONObject([
        ("ranked_by", JSONValue("validation." + figure.name)), ("variants", .array(variants)),
      ])
    )
  }

  private func json(_ run: MemberResult) -> JSONValue {
    let member = plan.members[run.number]
    var object = JSONObject([
      ("seed", JSONValue(Int(clamping: member.seed))), ("code", JSONValue(Int(run.code))),
      ("run", JSONValue(member.folder)),
    ])
    object["reason"] = run.reason.map { JSONValue($0) }
    object["validation"] = run.summary?["validation"]
    if showsTest { object["test"] = run.summary?["test"] }
    object["parameter_digest"] = run.summary?["parameter_digest"]
    object["seconds"] = run.summary?["seconds"]
    return .object(object)
  }
}
