import ArgumentParser
import Formats
import Training

/// Writes what a run has shown as one page.
struct Report: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Write a run, an ensemble or a comparison as one HTML page that opens without a network.",
    discussion: """
      The page holds the result, learning curves, confusion matrix, precision and recall of each \
      class, the worst errors, layers, times, gradient statistics, environment and configuration. \
      Pretraining stages and members are parts of their run's page.

        nntrain report runs/digits-20250131-120000
        nntrain report runs/compare-20250131-120000 --out comparison.html
      """)

  @Argument(
    help: ArgumentHelp("Directory of a run, an ensemble or a comparison.", valueName: "run"))
  var directory: String

  @Option(
    help: ArgumentHelp("The page; without it report.html in the directory.", valueName: "file"))
  var out: String?

  @Flag(
    help: "Leave out what needs the data: precision and recall of each class and the worst errors.")
  var noErrors = false

  func run() throws {
    try RankSession.run { session in
      try session.onCoordinator {
        let text = try ReportPage(directory, session: session, showsErrors: !noErrors).text()
        let path = out ?? (directory.hasSuffix("/") ? directory : directory + "/") + "report.html"
        let file = try AtomicFile(path: path)
        try file.write(text)
        try file.finish()
        Output.write(path + "\n")
      }
      return 0
    }
  }
}
