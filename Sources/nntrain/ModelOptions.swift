import ArgumentParser
import Configuration
import Datasets
import Formats
import Models
import Training

#if canImport(Glibc)
  import Glibc
#endif

/// The saved model that a command takes: a file, or the run directory that holds it.
struct ModelOptions: ParsableArguments {
  @Argument(help: "A run directory or a model.safetensors.")
  var model: String

  /// The file of the model.
  var path: String {
    var status = stat()
    let isFolder = stat(model, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    guard isFolder else { return model }
    return (model.hasSuffix("/") ? model : model + "/") + "model.safetensors"
  }
}

/// A saved model that has been opened: its file, what it says of itself, how it is judged.
struct OpenedModel {
  let reader: SafetensorsReader
  let description: ModelDescription
  let plan: EvaluationPlan

  /// Opens the model at `path`.
  init(_ path: String) throws {
    reader = try SafetensorsReader(path: path)
    let description = try ModelDescription(reader, environment: Output.environment)
    self.description = description
    let configuration = description.configuration
    var graph = try NetworkGraph(
      configuration.model, inputShape: .init(description.preprocessing.outputShape))
    let objective = configuration.fused(&graph)
    plan = EvaluationPlan(
      graph: graph, objective: objective,
      metrics: try configuration.metrics(description.schema.target, graph: graph),
      targetForm: try configuration.targetForm(description.schema.target, graph: graph),
      batch: configuration.evaluationBatch, normalization: configuration.normalization)
  }

  /// The model with its parameters.
  func load(_ session: RankSession) throws -> TrainedModel {
    try TrainedModel(
      plan, parameters: reader, group: session.group, engine: session.engine,
      stream: session.stream)
  }

  /// The source at `path` in its format, columns and classes as the training data had them.
  func source(_ path: String, targets: String?) throws -> DataSourceSpec {
    let format: DataSourceSpec.Format =
      switch DataSourceSpec.format(ofPath: path) {
      case .csv:
        .csv(path: path, options: description.schema.table?.options ?? CSVOptions())
      case .npy: .npy(inputs: path, targets: targets)
      case .npz: .npz(path: path, inputs: "inputs", targets: targets ?? "targets")
      case .idx: .idx(inputs: path, targets: targets)
      case .cifar10: .cifar10(paths: [path])
      default:
        throw FileError(
          .unreadable, path,
          "has a suffix that names no data format; use .csv, .npy, .npz, .idx or .bin")
      }
    return DataSourceSpec(format)
  }
}
