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

  @Option(
    defaultAsFlag: 100,
    help: ArgumentHelp(
      "Write the misclassified samples, or those with the largest errors, as errors-<set>.csv; images"
        + " also as errors-<set>.png.", valueName: "count"))
  var errors: Int?

  @Flag(help: "Print precision, recall and F1 score of each class.")
  var perClass = false

  @Option(
    help: ArgumentHelp(
      "Folder for the files of --errors; default: that of the model.", valueName: "folder"))
  var output: String?

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    if let errors, errors < 1 {
      throw ValidationError("--errors is \(errors); it must be at least 1")
    }
    guard output == nil || errors != nil else {
      throw ValidationError("--output is the folder for the files of --errors; add --errors")
    }
    guard SampleSet(rawValue: data) != nil else { return }
    for (option, file) in [("--targets", targets), ("--lengths", lengths)] where file != nil {
      throw ValidationError("\(option) goes with a file of --data; the parts have theirs")
    }
  }

  func run() throws {
    try RankSession.run { session in
      let predictor = try session.together { try OpenedPredictor(options.path) }
      let opened = predictor.first
      Library.setThreads(opened.description.configuration.parallel.threads)
      let (part, notes) = try session.together { try samples(of: opened) }
      let model = try session.together {
        try predictor.load(session, ranksOnHost: session.ranksOnThisHost)
      }
      let figures = try model.figures(on: part)
      var answers: SampleErrors?
      var files: [String] = []
      try session.onCoordinator {
        guard errors != nil || perClass else { return }
        let found = try SampleErrors(model, on: part, opened, keeping: errors ?? 0)
        if perClass, found.classes == nil {
          throw TrainingError(
            code: ExitCode.usage,
            "--per-class is for models of classes, but this one predicts values; leave it out")
        }
        if errors != nil { files = try write(found, part, opened) }
        answers = found
      }
      if json {
        var line = figures.detailedJSON
        line["samples"] = JSONValue(figures.samples)
        if options.note != nil { line["ensemble"] = JSONValue(options.path) }
        if let answers, perClass { line["classes"] = answers.classJSON }
        if let answers, errors != nil {
          line["wrong"] = JSONValue(answers.wrong)
          line["files"] = .array(files.map { JSONValue($0) })
        }
        session.print(JSONValue.object(line).serialized() + "\n")
        if session.group.isCoordinator { for note in notes { Output.note(note) } }
      } else {
        session.tell(
          lines(figures, opened) + notes.map { "note: " + $0 } + lines(answers, files))
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

  /// What was found of single samples.
  private func lines(_ answers: SampleErrors?, _ files: [String]) -> [String] {
    guard let answers else { return [] }
    var lines = perClass ? [""] + answers.classTable : []
    guard errors != nil else { return lines }
    lines.append(
      answers.classes == nil
        ? "the \(Text.counted(answers.rows.count, "sample")) with the largest errors:"
        : "\(Text.grouped(answers.wrong)) of \(Text.counted(answers.count, "sample")) are misclassified; the"
          + " \(answers.rows.count) most certain of these:")
    return lines + files.map { "  " + $0 }
  }

  /// Writes the worst samples; the paths of the files.
  private func write(
    _ found: SampleErrors, _ part: any GatheringDataset, _ opened: OpenedModel
  ) throws -> [String] {
    if let output { try Folder.create(output) }
    let own = options.path.lastIndex(of: "/").map { String(options.path[...$0]) } ?? ""
    let folder = output.map { $0.hasSuffix("/") ? $0 : $0 + "/" } ?? own
    let path = folder + "errors-" + (SampleSet(rawValue: data)?.rawValue ?? "file")
    try found.write(to: path + ".csv")
    guard !found.rows.isEmpty,
      let images = SampleImages(part, opened.description.preprocessing)
    else { return [path + ".csv"] }
    try Picture.write(
      try images.grid(found.rows.map(\.index)).encoded(), to: path + ".png")
    return [path + ".csv", path + ".png"]
  }

  /// The samples to measure, and what a person should know of how a file of them was read.
  private func samples(of opened: OpenedModel) throws -> (any GatheringDataset, notes: [String]) {
    let description = opened.description
    guard let set = SampleSet(rawValue: data) else {
      let source = try opened.source(data, targets: targets, lengths: lengths)
        .open(matching: description.schema)
      let prepared = try RunData.prepare(
        source, description.preprocessing, classWeights: description.classWeights)
      try description.configuration.checkTargets(of: prepared, data, for: opened.plan.graph)
      try IdCheck(opened.plan.graph)?.check(prepared, data)
      try PaddingCheck(opened.plan.graph)?.check(prepared, data)
      return (prepared, source.notes)
    }
    return (try set.open(of: opened), [])
  }
}
