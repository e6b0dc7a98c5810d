import Datasets
import Formats
import Plotting
import Training

/// The page of a run, with those of its stages, or of a comparison.
struct ReportPage {
  /// The most samples that are shown as errors.
  private static let shown = 40

  private let path: String
  private let session: RankSession
  private let gnuplot: Gnuplot?
  private let showsErrors: Bool

  /// A page on what is in the directory `path`.
  init(_ path: String, session: RankSession, showsErrors: Bool) {
    self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    self.session = session
    self.showsErrors = showsErrors
    gnuplot = try? Gnuplot(environment: Output.environment)
  }

  /// The text of the page.
  ///
  /// - Throws: `FileError` where there is no run, or a file of it is damaged.
  func text() throws -> String {
    if Folder.stamp(of: path + "/comparison.json") != nil { return try comparison().markup }
    var run = try RunReport(path)
    if showsErrors { addAnswers(to: &run) }
    var parts = [run.content(gnuplot)]
    for (folder, word) in [("stages", "Stage"), ("members", "Member")] {
      let names = try Folder.entries(of: path + "/" + folder)
        .sorted { (ReportPage.number($0), $0) < (ReportPage.number($1), $1) }
      for name in names {
        let below = try RunReport("\(path)/\(folder)/\(name)")
        parts.append("<h2>\(word) \(name)</h2>\n<details><summary>\(below.title)</summary>\n")
        parts.append("\(below.content(gnuplot))</details>\n")
      }
    }
    return HTML.page(title: run.title, HTML(parts)).markup
  }

  private static func number(_ name: String) -> Int {
    Int(name.prefix { $0.isNumber }) ?? .max
  }

  /// Lets the model answer the samples of its test set, else of its validation set.
  private func addAnswers(to run: inout RunReport) {
    // What the other sections report is the single model, where there is one.
    let single = path + "/model.safetensors"
    let model = Folder.stamp(of: single) == nil ? ModelOptions.path(of: path) : single
    guard Folder.stamp(of: model) != nil else { return }
    do {
      let predictor = try OpenedPredictor(model)
      let opened = predictor.first
      let data = try RunDataChoice(opened)
      let errors = try SampleErrors(
        predictor.load(session, ranksOnHost: session.ranksOnThisHost), on: data.samples, opened,
        keeping: ReportPage.shown)
      run.answers = (
        errors, SampleImages(data.samples, opened.description.preprocessing), data.name
      )
    } catch {
      run.notes.append(
        "no classes and errors of single samples: \(CommandEnd.describe(error).message)")
    }
  }

  private func comparison() throws -> HTML {
    let file = path + "/comparison.json"
    let json = try JSONFile.read(file)
    guard let variants = json["variants"]?.array else {
      throw FileError(.badContent, file, "holds no variants; it was not written by nntrain compare")
    }
    let figure = json["ranked_by"]?.string ?? "figure"
    let name = figure.split(separator: ".").last.map(String.init) ?? figure
    let rows = variants.map { variant -> [String] in
      let runs = variant["runs"]?.array ?? []
      let done = runs.filter { $0["code"]?.int == 0 }.count
      let mean = variant["mean"]?.double.map { Text.metric(name, $0) } ?? "—"
      let spread = variant["spread"]?.double.map { " ± " + Text.metric(name, $0) } ?? ""
      let reason = variant["reason"]?.string ?? runs.lazy.compactMap { $0["reason"]?.string }.first
      return [
        variant["variant"]?.string ?? "", "\(done)/\(runs.count)", mean + spread, reason ?? "",
      ]
    }
    let histories = try? RunHistories([path]).histories
    let chart = histories.flatMap { LearningCurves($0)?.chart }
    let curves: HTML = chart.map { RunReport.picture($0, gnuplot, "learning curves") } ?? ""
    let settings: [HTML] = variants.map { variant in
      let texts = (variant["settings"]?.array ?? []).compactMap(\.string)
      return
        "<h3>\(variant["variant"]?.string ?? "")</h3>\n<p>\(texts.joined(separator: ", "))</p>\n"
    }
    let title = "Comparison " + (path.split(separator: "/").last.map(String.init) ?? path)
    let table = HTML.table(["variant", "runs", figure, "failure"], rows, numbers: [1, 2])
    return HTML.page(
      title: title,
      """
      <p class="muted">\(path)</p>
      \(HTML.section("Variants", table))\(HTML.section("Learning curves", curves))\
      \(HTML.section("Settings", HTML(settings)))
      """)
  }
}

/// The set that a report shows errors of: the test set, else the validation set, else the training set.
private struct RunDataChoice {
  let samples: any GatheringDataset
  let name: String

  init(_ opened: OpenedModel) throws {
    for set in [SampleSet.test, .validation] {
      do {
        samples = try set.open(of: opened)
        name = set.rawValue
        return
      } catch let error as TrainingError where error.code == ExitCode.badConfiguration {
        continue
      }
    }
    samples = try SampleSet.train.open(of: opened)
    name = "training"
  }
}
