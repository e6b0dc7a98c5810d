import Configuration
import Formats
import Layers
import Plotting
import Tensors
import Training

/// What a run has shown, as one page: from the files in its directory, and from its model where that and its
/// data are at hand.
struct RunReport {
  private let path: String
  private let summary: JSONValue?
  private let history: LearningHistory?
  private let lines: [JSONValue]
  private let configuration: String?
  private let opened: OpenedModel?
  /// The answers of the model, and the name of the set that it answered; nil where they are not known.
  var answers: (errors: SampleErrors, images: SampleImages?, set: String)?
  /// What a reader should know of parts that are missing.
  var notes: [String] = []

  /// Reads the run in the directory `path`.
  ///
  /// - Throws: `FileError` where there is no run, or a file of it is damaged.
  init(_ path: String) throws {
    self.path = path
    guard try Folder.files(of: path) != nil else {
      throw FileError(
        .unreadable, path, "is no folder; give the directory of a run, such as runs/digits-…")
    }
    func present(_ name: String) -> Bool { Folder.stamp(of: path + "/" + name) != nil }
    guard present(MetricsFile.name) || present("summary.json") || present("config.yaml") else {
      throw FileError(
        .badContent, path,
        "holds neither \(MetricsFile.name) nor summary.json, so it is no run directory; give the"
          + " directory of a run or a comparison")
    }
    var summary: JSONValue?
    if present("summary.json") { summary = try JSONFile.read(path + "/summary.json") }
    self.summary = summary
    lines = try MetricsFile.read(path + "/" + MetricsFile.name)
    history = lines.isEmpty ? nil : try? RunHistories([path]).histories.first
    configuration = RunFinder.configurationText(in: path)
    do {
      opened = present("model.safetensors") ? try OpenedModel(path + "/model.safetensors") : nil
    } catch {
      opened = nil
      notes.append("the model cannot be opened: \(CommandEnd.describe(error).message)")
    }
    if summary == nil {
      notes.append("the run has not ended: there is no summary.json yet")
    } else if summary?["stopped"]?.bool == true {
      notes.append("the run was stopped before its end; nntrain --resume --run \(path) goes on")
    }
  }

  /// The name of the run.
  var title: String {
    summary?["name"]?.string ?? path.split(separator: "/").last.map(String.init) ?? path
  }

  /// The sections, in their order.
  func content(_ gnuplot: Gnuplot?) -> HTML {
    let noteLines: [HTML] = notes.map { "<p class=\"muted\">Note: \($0)</p>\n" }
    return """
      <p class="muted">\(path)</p>
      \(noteLines)\(HTML.section("Result", result))\(HTML.section("Learning curves", curves(gnuplot)))\
      \(HTML.section("Classes", classes))\(HTML.section("Confusion matrix", confusion))\
      \(HTML.section("Worst errors", errors))\(HTML.section("Ensemble", ensemble))\
      \(HTML.section("Layers", layers))\(HTML.section("Time", time))\
      \(HTML.section("Gradient statistics", gradients(gnuplot)))\
      \(HTML.section("Environment", environment))\
      \(HTML.section("Configuration", configurationText))
      """
  }

  // MARK: Sections

  private var result: HTML {
    guard let summary else { return "" }
    let sets = ["train", "prequential", "validation", "test"].filter { summary[$0]?.object != nil }
    guard !sets.isEmpty else { return "" }
    var names: [String] = []
    for set in sets {
      for (name, value) in summary[set]?.object?.members ?? []
      where value.double != nil && !names.contains(name) { names.append(name) }
    }
    let rows = names.map { name in
      [name] + sets.map { summary[$0]?[name]?.double.map { Text.metric(name, $0) } ?? "—" }
    }
    var facts: [String] = []
    if let epochs = summary["epochs"]?.int { facts.append(Text.counted(epochs, "epoch")) }
    if let steps = summary["steps"]?.int { facts.append("\(Text.grouped(steps)) steps") }
    if let count = summary["parameters"]?.int { facts.append("\(Text.grouped(count)) parameters") }
    if let seconds = summary["seconds"]?.double { facts.append(Text.duration(seconds)) }
    if let ranks = summary["ranks"]?.int { facts.append(Text.counted(ranks, "rank")) }
    if let rate = summary["samples_per_second"]?.double {
      facts.append("\(Text.rate(rate)) samples/s")
    }
    let titles = sets.map { $0 == "train" ? "training" : $0 }
    return """
      \(HTML.table([""] + titles, rows, numbers: Set(1...max(1, sets.count))))\
      <p>\(facts.joined(separator: ", "))</p>

      """
  }

  private func curves(_ gnuplot: Gnuplot?) -> HTML {
    guard let history, let chart = LearningCurves([history])?.chart else { return "" }
    return RunReport.picture(chart, gnuplot, "learning curves")
  }

  /// A chart as a picture within the page; a sentence where it cannot be drawn.
  static func picture(_ chart: Chart, _ gnuplot: Gnuplot?, _ name: String) -> HTML {
    guard let gnuplot else {
      return "<p class=\"muted\">No \(name): gnuplot is not installed.</p>\n"
    }
    do {
      let image = HTML.image(
        try gnuplot.draw(chart, as: .svg), type: "svg+xml", alternative: name, style: "chart")
      return "<div class=\"wide\">\(image)</div>\n"
    } catch {
      return "<p class=\"muted\">\(error.description)</p>\n"
    }
  }

  private var classes: HTML {
    guard let (errors, _, set) = answers, let names = errors.classes else { return "" }
    func text(_ value: Double?) -> String { value.map(Text.percent) ?? "—" }
    // Of very many classes those that are found worst.
    let all = zip(names, errors.perClass).map { ($0, $1) }
    let shown =
      all.count <= 100
      ? all : Array(all.sorted { ($0.1.f1 ?? 2) < ($1.1.f1 ?? 2) }.prefix(100))
    let rows = shown.map { name, count in
      [
        name, text(count.precision), text(count.recall), text(count.f1),
        Text.grouped(count.samples),
      ]
    }
    let note =
      shown.count < all.count
      ? "The \(shown.count) of \(all.count) classes with the lowest F1 score, \(set) set."
      : "Of the \(set) set."
    return """
      <p class="muted">\(note)</p>
      \(HTML.table(["class", "precision", "recall", "F1", "samples"], rows, numbers: [1, 2, 3, 4]))
      """
  }

  private var confusion: HTML {
    let found = ["test", "validation", "train"].lazy.compactMap { set in
      ConfusionTable(summary?[set]?["confusion_matrix"]).map { (set, $0.rows) }
    }.first
    guard let (set, rows) = found else { return "" }
    let intro: HTML = "<p class=\"muted\">Rows are true classes, columns answers; \(set) set.</p>\n"
    guard rows.count <= 30 else { return "\(intro)\(RunReport.heat(rows))" }
    let names = opened?.description.schema.target.answerNames
    let titles = names?.count == rows.count ? names ?? [] : rows.indices.map(String.init)
    let head: [HTML] = titles.map { "<th class=\"n\">\($0)</th>" }
    let lines: [HTML] = zip(titles, rows).map { title, row in
      let sum = max(1, row.reduce(0, +))
      let cells: [HTML] = row.map { count in
        let share = count * 100 / sum
        return count == 0
          ? "<td class=\"cell\"></td>"
          : """
          <td class="cell" style="background: rgb(0 114 178 / \(8 + share * 6 / 10)%)">\
          \(Text.grouped(count))</td>
          """
      }
      return "<tr><th>\(title)</th>\(cells)</tr>\n"
    }
    return """
      \(intro)<div class="wide"><table><thead><tr><th></th>\(head)</tr></thead><tbody>
      \(lines)</tbody></table></div>

      """
  }

  /// A confusion matrix of many classes as a picture, a pixel or more per cell.
  private static func heat(_ rows: [[Int]]) -> HTML {
    let zoom = max(1, 600 / rows.count)
    let size = rows.count * zoom
    var pixels = [UInt8](repeating: 255, count: size * size)
    for (y, row) in rows.enumerated() {
      let sum = Double(max(1, row.reduce(0, +)))
      for (x, count) in row.enumerated() where count > 0 {
        let shade = UInt8(max(0, 235 - 235 * (Double(count) / sum).squareRoot()))
        for dy in 0..<zoom {
          for dx in 0..<zoom { pixels[(y * zoom + dy) * size + x * zoom + dx] = shade }
        }
      }
    }
    let image = PNGImage(width: size, height: size, channels: .gray, pixels: pixels)
    guard let bytes = try? image.encoded() else { return "" }
    return HTML.image(
      bytes, type: "png", alternative: "confusion matrix of \(rows.count) classes", style: "chart")
  }

  private var errors: HTML {
    guard let (errors, images, set) = answers else { return "" }
    guard !errors.rows.isEmpty else {
      return "<p>None of the \(Text.grouped(errors.count)) samples of the \(set) set.</p>\n"
    }
    let intro: HTML =
      errors.classes == nil
      ? "<p class=\"muted\">The samples of the \(set) set with the largest errors.</p>\n"
      : """
      <p class="muted">\(Text.grouped(errors.wrong)) of \(Text.grouped(errors.count)) samples of the \
      \(set) set are misclassified; the most certain answers first.</p>

      """
    let pictures = (try? images?.each(errors.rows.map(\.index)).map { try $0.encoded() }) ?? []
    guard pictures.count == errors.rows.count else {
      let numbers = Set(errors.classes == nil ? 0..<errors.columns.count : 3..<5).union([0])
      return """
        \(intro)\(HTML.table(errors.columns, errors.rows.map(errors.cells), numbers: numbers))
        """
    }
    let figures: [HTML] = zip(errors.rows, pictures).map { row, bytes in
      let words = "\(row.predictions.joined(separator: " ")) (\(Text.number(row.score)))"
      let picture = HTML.image(
        bytes, type: "png", alternative: "sample \(row.index)", style: "sample")
      return """
        <figure>\(picture)<figcaption>\(words)<br>\
        <span class="muted">is \(row.targets.joined(separator: " ")), no. \(row.index)</span>\
        </figcaption></figure>

        """
    }
    return "\(intro)<div class=\"samples\">\(figures)</div>\n"
  }

  private var ensemble: HTML {
    guard let ensemble = summary?["ensemble"] else { return "" }
    var rows: [(String, JSONValue)] = []
    for row in ensemble["snapshots"]?.array ?? [] {
      rows.append(("cycle \(row["cycle"]?.int ?? 0)", row))
    }
    for row in ensemble["members"]?.array ?? [] {
      rows.append((row["member"]?.string ?? "member", row))
    }
    for row in ensemble["combinations"]?.array ?? [] {
      rows.append((row["combine"]?.string ?? "ensemble", row))
    }
    if ensemble["snapshots"] != nil {
      rows.append((ensemble["combine"]?.string ?? "ensemble", ensemble))
    }
    return RunReport.figureTable(rows, heads: "member")
  }

  /// A table of the figures of several things by set.
  static func figureTable(_ rows: [(title: String, json: JSONValue)], heads first: String) -> HTML {
    var columns: [(set: String, name: String)] = []
    for set in ["train", "validation", "test"] {
      for (_, json) in rows {
        for (name, value) in json[set]?.object?.members ?? []
        where value.double != nil && name != "penalty"
          && !columns.contains(where: { $0 == (set, name) })
        {
          columns.append((set, name))
        }
      }
    }
    guard !columns.isEmpty else { return "" }
    let cells = rows.map { title, json in
      [title]
        + columns.map { set, name in
          json[set]?[name]?.double.map { Text.metric(name, $0) } ?? "—"
        }
    }
    return HTML.table(
      [first] + columns.map { "\($0.set) \($0.name)" }, cells,
      numbers: Set(1...columns.count))
  }

  private var layers: HTML {
    guard let graph = opened?.plan.graph else { return "" }
    let rows = graph.nodes.map { node -> [String] in
      let count = node.parameters.reduce(0) { $0 + $1.shape.count }
      let work = node.layer.multiplyAdds(for: node.inputShapes)
      return [
        node.name, node.layer.kind, "\(node.shape)", count == 0 ? "" : Text.grouped(count),
        work == 0 ? "" : Text.grouped(work),
      ]
    }
    return HTML.table(
      ["layer", "kind", "output", "parameters", "multiply-adds"],
      [["input", "", "\(graph.inputShape)", "", ""]] + rows, numbers: [3, 4])
  }

  private var time: HTML {
    let shares = (summary?["time"]?.object?.members ?? []).compactMap { name, value in
      value.double.map { [name, Text.percent($0)] }
    }
    guard !shares.isEmpty else { return "" }
    let seconds = summary?["seconds_per_rank"]?.object?.members ?? []
    let ranks = seconds.first?.value.array?.count ?? 0
    let all = HTML.table(["phase", "share of all ranks' time"], shares, numbers: [1])
    guard ranks > 1, ranks <= 64 else { return all }
    let rows = (0..<ranks).map { rank in
      ["\(rank)"]
        + seconds.map { $0.value.array?[rank].double.map { Text.fixed($0, 2) } ?? "—" }
    }
    return """
      \(all)<h3>Seconds by rank</h3>
      \(HTML.table(["rank"] + seconds.map(\.key), rows, numbers: Set(0...seconds.count)))
      """
  }

  private func gradients(_ gnuplot: Gnuplot?) -> HTML {
    guard let picture = GradientFlowPicture(history: lines) else { return "" }
    return RunReport.picture(picture.chart(of: title), gnuplot, "gradient statistics")
  }

  private var environment: HTML {
    var rows: [[String]] = []
    func add(_ name: String, _ value: JSONValue?) {
      switch value {
      case .string(let text)?: rows.append([name, text])
      case .integer(let number)?: rows.append([name, "\(number)"])
      case .number(let number)?: rows.append([name, Text.number(number)])
      case .array(let values)? where values.allSatisfy({ $0.string != nil }):
        rows.append([name, values.compactMap(\.string).joined(separator: ", ")])
      default: break
      }
    }
    add("parameter digest", summary?["parameter_digest"])
    add("parameter digests", summary?["parameter_digests"])
    for key in ["seed", "batch", "shards", "ranks", "threads"] { add(key, summary?[key]) }
    for group in ["versions", "fingerprint"] {
      for (name, value) in summary?[group]?.object?.members ?? [] { add("\(name)", value) }
    }
    if let hosts = lines.first?["hosts"]?.array?.compactMap(\.string) {
      rows.append(["hosts", Set(hosts).sorted().joined(separator: ", ")])
    }
    add("last epoch ended", lines.last?["timestamp"])
    var seen: Set<[String]> = []
    rows = rows.filter { seen.insert($0).inserted }
    return rows.isEmpty ? "" : HTML.table(["", ""], rows)
  }

  private var configurationText: HTML {
    configuration.map { "<pre>\($0)</pre>\n" } ?? ""
  }
}
