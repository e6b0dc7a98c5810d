import ArgumentParser
import Configuration
import Datasets
import Ensembles
import Formats
import OneDNN
import Tensors
import Training

/// Predicts with a saved model or ensemble.
struct Predict: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Predict with a saved model or ensemble; output as CSV, or NPY by the suffix.",
    discussion: """
      With a language model, generate text instead of reading --input:

        nntrain predict runs/NAME --sample 200 --temperature 0.8 --prompt "ROMEO:"
      """)

  @OptionGroup var options: ModelOptions

  @Option(
    help: "Input file: CSV, NPY, NPZ, IDX, CIFAR-10 or text; targets in it are ignored.")
  var input: String?

  @Option(
    help: ArgumentHelp(
      "Data set of the model's run in place of --input: train, validation or test.",
      valueName: "set"))
  var data: String?

  @Option(
    help: "Lengths of sequences: an NPY file, or the name of an array in an NPZ file.")
  var lengths: String?

  @Option(
    help: ArgumentHelp(
      "Number of characters of text to generate.",
      valueName: "characters"))
  var sample: Int?

  @Option(
    help: "Sampling temperature; 0 takes the most likely character (default: 1).")
  var temperature: Double?

  @Option(
    help: "Text to continue; default: a line break.")
  var prompt: String?

  @Option(help: "Seed of the sampling (default: 1).")
  var seed: UInt64?

  @Option(help: "Output file; default: standard output.")
  var output: String?

  func validate() throws {
    guard let sample else {
      guard input != nil || data != nil else {
        throw ValidationError(
          "Give --input FILE, --data test, or --sample N for a model of a text")
      }
      guard input == nil || data == nil else {
        throw ValidationError("--data and --input exclude each other")
      }
      if let data, SampleSet(rawValue: data) == nil {
        throw ValidationError(
          "--data is \"\(data)\"; it must be train, validation or test; a file goes with --input")
      }
      guard data == nil || lengths == nil else {
        throw ValidationError("--lengths belongs to --input")
      }
      for (name, isGiven) in [
        ("temperature", temperature != nil), ("prompt", prompt != nil), ("seed", seed != nil),
      ] where isGiven {
        throw ValidationError("--\(name) belongs to --sample")
      }
      return
    }
    guard input == nil, data == nil else {
      throw ValidationError("--sample excludes --input and --data")
    }
    guard lengths == nil else { throw ValidationError("--lengths belongs to --input") }
    guard sample >= 1 else { throw ValidationError("--sample is \(sample); it must be at least 1") }
    if let temperature, !(temperature >= 0 && temperature.isFinite) {
      throw ValidationError("--temperature is \(temperature); it must be a number of at least 0")
    }
  }

  func run() throws {
    try RankSession.run { session in
      let predictor = try session.together { try OpenedPredictor(options.path) }
      let opened = predictor.first
      Library.setThreads(opened.description.configuration.parallel.threads)
      try session.onCoordinator {
        if let set = data.flatMap(SampleSet.init) {
          if let note = options.note { Output.note(note) }
          return try write(try predictor.load(session), try set.open(of: opened), opened)
        }
        guard let input else {
          let sampling = TextSampling(
            count: sample ?? 0, temperature: temperature ?? 1, prompt: prompt, seed: seed ?? 1)
          return try sampling.write(predictor, to: output, session)
        }
        let inputs = try opened.source(input, targets: nil, lengths: lengths)
          .openInputs(matching: opened.description.schema)
        let data = try RunData.prepare(inputs, opened.description.preprocessing)
        try IdCheck(opened.plan.graph)?.check(data, input)
        try PaddingCheck(opened.plan.graph)?.check(data, input)
        for note in inputs.notes + (options.note.map { [$0] } ?? []) { Output.note(note) }
        try write(try predictor.load(session), data, opened)
      }
      return 0
    }
  }

  private func write(
    _ model: any Predictor, _ data: any Dataset, _ opened: OpenedModel
  ) throws {
    let sink = try openSink(output)
    let (width, positions) = (opened.plan.outputs, opened.plan.positions)
    if let output, output.hasSuffix(".npy") {
      let writer = try NPYWriter<Float>(
        to: sink,
        shape: positions == 1 ? [data.count, width] : [data.count, positions, width])
      try model.predict(data) { outputs, _ in try writer.write(outputs) }
      try writer.finish()
      return
    }
    let table = PredictionTable(
      opened.description.schema, form: opened.plan.targetForm, outputs: width)
    let places = positions == 1 ? [] : ["sample", "step"]
    let writer = try CSVWriter(to: sink, columns: places + table.columns)
    var done = 0
    try model.predict(data) { outputs, rows in
      for row in 0..<rows * positions {
        let values = outputs.extracting(row * width..<(row + 1) * width)
        let place =
          positions == 1 ? [] : ["\(done + row / positions)", "\(row % positions)"]
        try writer.write(place + table.leading(values), numbers: values)
      }
      done += rows
    }
    try writer.finish()
  }
}
