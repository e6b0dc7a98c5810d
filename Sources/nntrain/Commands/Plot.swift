import ArgumentParser
import Formats
import MPI
import Plotting
import Training

/// Draws the learning curves of runs.
struct Plot: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Draw the learning curves of one run, or of several for comparison.",
    discussion: """
      Each picture is written as SVG and as PNG. The directory of a comparison or an ensemble stands \
      for all its runs. A run that has not ended is drawn as far as it is.

        nntrain plot runs/digits-20250131-120000
        nntrain plot runs/a runs/b --metric accuracy --out both.svg
        nntrain plot runs/a --of confusion
      """)

  /// What can be drawn.
  enum Subject: String, CaseIterable, ExpressibleByArgument {
    case curves, confusion
    case gradientFlow = "gradient-flow"
  }

  @Argument(help: "Run directories.")
  var runs: [String]

  @Option(help: "Draw only this metric, or objective.")
  var metric: String?

  @Option(
    name: .customLong("of"),
    help: ArgumentHelp(
      "What to draw: curves, confusion (the confusion matrix of the test set, else of the"
        + " validation or training set) or gradient-flow.", valueName: "subject"))
  var subject = Subject.curves

  @Option(
    help: ArgumentHelp(
      "The picture, .svg or .png; the other format is written beside it.",
      discussion:
        "Without it one run's picture is written into its directory, that of several here.",
      valueName: "file"))
  var out: String?

  func validate() throws {
    guard !runs.isEmpty else { throw ValidationError("Give at least one run directory") }
    if let out, !PictureFormat.allCases.contains(where: { out.hasSuffix("." + $0.rawValue) }) {
      throw ValidationError("--out is \"\(out)\"; it must end in .svg or .png")
    }
    guard subject == .curves || (runs.count == 1 && metric == nil) else {
      throw ValidationError("--of \(subject.rawValue) takes one run and no --metric")
    }
  }

  func run() throws {
    // One process is enough, and the others of a launcher have nothing to add.
    guard LaunchEnvironment.current.isFirst else { return }
    do {
      let chart = try chart()
      let gnuplot = try Gnuplot(environment: Output.environment)
      for format in PictureFormat.allCases {
        let path = base + "." + format.rawValue
        try Picture.write(try gnuplot.draw(chart, as: format), to: path)
        Output.write(path + "\n")
      }
    } catch {
      throw CommandEnd(alone: error)
    }
  }

  /// The path of the pictures without suffix.
  private var base: String {
    if let out { return String(out.dropLast(4)) }
    let name = subject == .curves ? LearningCurves.name : subject.rawValue
    guard runs.count == 1 else { return name }
    return (runs[0].hasSuffix("/") ? runs[0] : runs[0] + "/") + name
  }

  private func chart() throws -> Chart {
    switch subject {
    case .curves:
      let histories = try RunHistories(runs).histories
      let known = Set(histories.flatMap(\.figures))
      if let metric, !known.contains(metric) {
        throw TrainingError(
          code: ExitCode.usage,
          "--metric is \"\(metric)\", which no run reports; they report "
            + known.sorted().joined(separator: ", "))
      }
      guard let curves = LearningCurves(histories, only: metric) else {
        throw FileError(.badContent, runs[0], "has no finished epoch yet")
      }
      return curves.chart
    case .confusion: return try ConfusionPicture(run: runs[0]).chart
    case .gradientFlow:
      let path = runs[0] + "/" + MetricsFile.name
      guard let picture = GradientFlowPicture(history: try MetricsFile.read(path)) else {
        throw FileError(
          .badContent, path,
          "holds no gradient statistics; train with diagnostics: {gradient_flow: 1}")
      }
      return picture.chart(of: runs[0])
    }
  }
}
