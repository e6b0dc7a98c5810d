import ArgumentParser
import Configuration
import Datasets
import Ensembles
import Formats
import Models
import Training

#if canImport(Glibc)
  import Glibc
#endif

/// The saved model that a command takes: a file, or the run directory that holds it.
struct ModelOptions: ParsableArguments {
  @Argument(
    help: """
      A run directory, a model.safetensors or an ensemble.json; of a run directory its ensemble \
      where it has one.
      """)
  var model: String

  /// The file that the words name: of a run directory its ensemble where it has one, else its model.
  var path: String { ModelOptions.path(of: model) }

  /// The file of the model that `model` names, in the same way.
  static func path(of model: String) -> String {
    guard let folder = folder(model) else { return model }
    let ensemble = folder + EnsembleManifest.fileName
    return ModelOptions.kind(ensemble) != nil ? ensemble : folder + ModelOptions.fileName
  }

  /// Which of the two models of a run directory is used; nil where there is one.
  var note: String? {
    guard let folder = ModelOptions.folder(model), path.hasSuffix(EnsembleManifest.fileName),
      ModelOptions.kind(folder + ModelOptions.fileName) != nil
    else { return nil }
    return "this is the ensemble \(path); the single model is \(folder)\(ModelOptions.fileName)"
  }

  private static let fileName = "model.safetensors"

  /// The folder with a slash at its end; nil where the words name a file.
  static func folder(_ model: String) -> String? {
    guard ModelOptions.kind(model) == S_IFDIR else { return nil }
    return model.hasSuffix("/") ? model : model + "/"
  }

  private static func kind(_ path: String) -> mode_t? {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
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
    plan = try description.evaluationPlan(reader.path)
    try ModelFile.check(reader, plan.graph)
  }

  /// The model with its parameters, on so many ranks of this host.
  func load(_ session: RankSession, ranksOnHost: Int = 1) throws -> TrainedModel {
    try MemoryNeed(evaluating: plan).require(ranks: ranksOnHost)
    return try TrainedModel(
      plan, parameters: reader, group: session.group, engine: session.engine,
      stream: session.stream)
  }

  /// The source at `path` in its format, columns, arrays and classes as the training data had them.
  ///
  /// - Parameters:
  ///   - targets: The file or array of targets, where the training data do not tell it.
  ///   - lengths: The file or array of the lengths of sequences, likewise.
  func source(_ path: String, targets: String?, lengths: String?) throws -> DataSourceSpec {
    let name = DataSourceSpec.format(ofPath: path)
    let train = description.configuration.data.train
    let archive = train.format == .npz ? train : nil
    let format: DataSourceSpec.Format =
      switch name {
      case .csv:
        .csv(path: path, options: description.schema.table?.options ?? CSVOptions())
      case .npy where parts == nil: .npy(inputs: path, targets: targets)
      case .npy:
        throw FileError(
          .unreadable, path,
          "is one array, but the model has the inputs "
            + (description.schema.parts ?? []).map(\.name).joined(separator: ", ")
            + "; give an .npz file that holds one of each name")
      case .npz:
        .npz(
          path: path, inputs: archive?.input ?? "inputs",
          targets: targets ?? archive?.targets ?? "targets")
      case .idx: .idx(inputs: path, targets: targets)
      case .cifar10: .cifar10(paths: [path])
      case .text where train.format == .text:
        .text(path: path, length: description.schema.inputShape[0])
      default:
        throw FileError(
          .unreadable, path,
          "has a suffix that names no data format; use .csv, .npy, .npz, .idx or .bin, or .txt for"
            + " a model of a text")
      }
    var spec = DataSourceSpec(
      format, parts: parts, lengths: try self.lengths(path, name, given: lengths, archive))
    // Figures without weights are figures all the same.
    spec.canLackWeights = true
    return spec
  }

  /// The file or array of the lengths beside the inputs at `path`; nil where there are none, or in a column.
  private func lengths(
    _ path: String, _ format: DataSourceSpec.FormatName?, given: String?,
    _ archive: SourceConfiguration?
  ) throws -> String? {
    func wrong(_ reason: String) -> TrainingError {
      TrainingError(code: ExitCode.usage, reason)
    }
    guard description.schema.isPadded == true else {
      guard given == nil else {
        throw wrong("--lengths is given, but the training data told no lengths; leave it out")
      }
      return nil
    }
    switch format {
    case .npz: return given ?? archive?.lengths?.column.text ?? "lengths"
    case .npy:
      guard let given else {
        throw wrong(
          "\(path) is sequences of which nothing tells the lengths, as the training data did; give them as an"
            + " NPY file with --lengths, or inputs and lengths in one .npz file")
      }
      return given
    default:
      guard given == nil else {
        throw wrong("--lengths goes with .npy and .npz files; a table has a column of lengths")
      }
      return nil
    }
  }

  /// The arrays of the inputs by name, as the training data had them or, where these were files, by the inputs'
  /// names; nil where there is one input, or columns of a table.
  private var parts: [DataSourceSpec.Part]? {
    let train = description.configuration.data.train
    guard train.format != .csv else { return nil }
    return description.schema.parts?.map { part in
      let array = train.format == .npz ? train.array(of: part.name) : nil
      return DataSourceSpec.Part(name: part.name, source: array ?? part.name)
    }
  }
}
