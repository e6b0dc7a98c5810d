import ArgumentParser
import Configuration
import Formats
import Plotting
import Training

/// Trains variants of configurations and puts them side by side.
struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train variants of a configuration with several seeds and compare them.",
    discussion: """
      Variants are ranked by the validation set; the test set is reported with --test and never used \
      to choose. Under a launcher variants are trained side by side on groups of ranks, with the same \
      results. If a variant fails, the others continue, and the exit code is that of the failure.

        nntrain compare configs/iris.yaml --vary optimizer=sgd,momentum,adam --seeds 3
        mpirun -n 4 nntrain compare a.yaml b.yaml --vary training.batch=16,64
      """)

  @Argument(help: "Configurations; default: the embedded digits experiment.")
  var configs: [String] = []

  @Option(
    name: .customLong("vary"), parsing: .singleValue,
    help: ArgumentHelp(
      "Values of a key to compare; commas within brackets belong to a value. Repeat for a grid.",
      valueName: "key=value,value"))
  var variations: [String] = []

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp("Set one key in all variants. Repeatable.", valueName: "key=value"))
  var overrides: [String] = []

  @Option(help: "Number of seeds per variant: seed, seed + 1, …")
  var seeds = 1

  @Option(
    help: ArgumentHelp(
      "Objective or metric to rank variants by; default: the first metric.",
      valueName: "figure"))
  var by: String?

  @Flag(help: "Report the test set's metrics as well.")
  var test = false

  @Option(
    name: .customLong("run"),
    help: "Directory of all runs; must be empty or absent unless --resume is given.")
  var directory: String?

  @Flag(
    help: "Resume the comparison in --run: keep finished runs, continue others from checkpoints.")
  var resume = false

  @OptionGroup var pictures: PictureOptions

  func validate() throws {
    guard seeds >= 1 else { throw ValidationError("--seeds is \(seeds); it must be at least 1") }
    guard !resume || directory != nil else {
      throw ValidationError("--resume needs the comparison's directory; give it with --run")
    }
  }

  func run() throws {
    // Held back before message passing starts its threads, which would take the signals otherwise.
    let stop = StopSignal()
    try RankSession.run { session in
      let plan = try session.together {
        try ComparisonPlan(
          paths: configs, overrides: overrides,
          variations: variations.map { try ConfigurationVariation($0) }, seeds: seeds)
      }
      let figure = try session.together { try plan.figure(by) }
      var folder: RunDirectory?
      var gnuplot: Gnuplot?
      try session.onCoordinator {
        gnuplot = try pictures.gnuplot()
        folder = try open()
      }
      let path = try session.group.communicator.broadcast(folder?.path ?? "", root: 0)
      let results = try ComparisonRun(plan, session: session, path: path, resumes: resume)
        .results(stop: stop)
      let report = ComparisonReport(plan, results, by: figure, showsTest: test)
      try session.onCoordinator {
        guard let folder else { return }
        try write(report, to: folder, gnuplot)
      }
      return results.contains { $0.code == ExitCode.stopped } ? ExitCode.stopped : report.exitCode
    }
  }

  private func open() throws -> RunDirectory {
    let owner = RunOwner(environment: Output.environment)
    if let directory { return try RunDirectory.open(directory, resume: resume, owner: owner) }
    return try RunDirectory.create(
      named: "compare", in: RunFinder.root, at: .now(), owner: owner)
  }

  private func write(_ report: ComparisonReport, to folder: RunDirectory, _ gnuplot: Gnuplot?)
    throws
  {
    let path = folder.path(of: "comparison")
    try folder.write(report.json, to: "comparison.json")
    try report.writeTable(to: path + ".csv")
    if !report.chart.panels.allSatisfy(\.series.isEmpty) {
      _ = try pictures.write(report.chart, to: path, with: gnuplot)
    }
    let lines = [""] + report.table + ["", "everything is in \(folder.path)"]
    Output.lines(lines)
  }
}
