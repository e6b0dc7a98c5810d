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
    abstract: "Predict with a saved model or ensemble: CSV, or NPY by the output's suffix.")

  @OptionGroup var options: ModelOptions

  @Option(help: "The inputs: CSV, NPY, NPZ, IDX or CIFAR-10 records; targets in it are not read.")
  var input: String

  @Option(help: "The output file; standard output without it.")
  var output: String?

  func run() throws {
    try RankSession.run { session in
      let predictor = try session.together { try OpenedPredictor(options.path) }
      let opened = predictor.first
      Library.setThreads(opened.description.configuration.parallel.threads)
      try session.onCoordinator {
        let inputs = try opened.source(input, targets: nil)
          .openInputs(matching: opened.description.schema)
        let data = try RunData.prepare(inputs, opened.description.preprocessing)
        try IdCheck(opened.plan.graph)?.check(data, input)
        try write(try predictor.load(session), data, opened)
      }
      return 0
    }
  }

  private func write(
    _ model: any Predictor, _ data: any Dataset, _ opened: OpenedModel
  ) throws {
    let sink = try openSink(output)
    let width = opened.plan.graph.outputShape.count
    if let output, output.hasSuffix(".npy") {
      let writer = try NPYWriter<Float>(to: sink, shape: [data.count, width])
      try model.predict(data) { outputs, _ in try writer.write(outputs) }
      try writer.finish()
      return
    }
    let table = PredictionTable(
      opened.description.schema.target, form: opened.plan.targetForm, outputs: width)
    let writer = try CSVWriter(to: sink, columns: table.columns)
    try model.predict(data) { outputs, rows in
      for row in 0..<rows {
        let values = outputs.extracting(row * width..<(row + 1) * width)
        try writer.write(table.leading(values), numbers: values)
      }
    }
    try writer.finish()
  }
}
