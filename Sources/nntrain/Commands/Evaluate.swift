import ArgumentParser
import Configuration
import Datasets
import Formats
import OneDNN
import Training

/// Measures a saved model or ensemble.
struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Evaluate a saved model or ensemble on one of its data sets or on a file.")

  @OptionGroup var options: ModelOptions

  @Option(
    help: ArgumentHelp("Data set: train, validation, test, or a file.", valueName: "part|file"))
  var data = "test"

  @Option(help: "File of targets if --data is a file of inputs only.")
  var targets: String?

  @Option(
    help: "Lengths of sequences: an NPY file, or the name of an array in an NPZ file.")
  var lengths: String?

  @Flag(help: "Print JSON.")
  var json = false

  /// The parts of a model's own data.
  private static let parts = ["train", "validation", "test"]

  func validate() throws {
    guard Evaluate.parts.contains(data) else { return }
    for (option, file) in [("--targets", targets), ("--lengths", lengths)] where file != nil {
      throw ValidationError("\(option) goes with a file of --data; the parts have theirs")
    }
  }

  func run() throws {
    try RankSession.run { session in
      let predictor = try session.together { try OpenedPredictor(options.path) }
      let opened = predictor.first
      Library.setThreads(opened.description.configuration.parallel.threads)
      let part = try session.together { try samples(of: opened) }
      let model = try session.together {
        try predictor.load(session, ranksOnHost: session.ranksOnThisHost)
      }
      let figures = try model.figures(on: part)
      if json {
        var line = figures.detailedJSON
        line["samples"] = JSONValue(figures.samples)
        if options.note != nil { line["ensemble"] = JSONValue(options.path) }
        session.print(JSONValue.object(line).serialized() + "\n")
      } else {
        session.tell(lines(figures, opened))
      }
      return 0
    }
  }

  private func lines(_ figures: Figures, _ opened: OpenedModel) -> [String] {
    var lines = ["\(Text.grouped(figures.samples)) samples: \(Text.figures(figures))"]
    if let note = options.note { lines.append("note: " + note) }
    for table in figures.tables {
      lines.append("\(table.name), a row per true class, a column per answer:")
      lines += Text.table(
        table.rows, classes: opened.description.schema.target.answerNames)
    }
    if figures.clipped > 0 {
      lines.append("note: " + Text.clipped(figures.clipped, part: "measured"))
    }
    return lines
  }

  private func samples(of opened: OpenedModel) throws -> any Dataset {
    let description = opened.description
    guard Evaluate.parts.contains(data) else {
      let source = try opened.source(data, targets: targets, lengths: lengths)
        .open(matching: description.schema)
      let prepared = try RunData.prepare(
        source, description.preprocessing, classWeights: description.classWeights)
      try description.configuration.checkTargets(of: prepared, data, for: opened.plan.graph)
      try IdCheck(opened.plan.graph)?.check(prepared, data)
      try PaddingCheck(opened.plan.graph)?.check(prepared, data)
      return prepared
    }
    let parts = try RunData(description.configuration)
    let part = data == "train" ? parts.training : data == "test" ? parts.test : parts.validation
    guard let part else {
      throw TrainingError(
        code: ExitCode.badConfiguration,
        "the model's data have no \(data) part; give --data train or a file")
    }
    return part
  }
}
