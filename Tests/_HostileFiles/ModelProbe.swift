import Configuration
import Datasets
import Formats
import Foundation
import Models
import OneDNN
import Tensors
import Training

/// What `evaluate` and `predict` do with a saved model, in the process of a test: opens it, reads samples
/// by what it says of its data, and computes with its network.
public struct ModelProbe: Sendable {
  /// The configuration of the model.
  public let configuration: String
  /// The source that is read by what the model says; a table, or the built-in digits.
  public let source: DataSourceSpec.Format

  /// A probe for models of `configuration`, which read `source`.
  public init(configuration: String, source: DataSourceSpec.Format) {
    self.configuration = configuration
    self.source = source
  }

  /// A small model of digits.
  public static let digits = ModelProbe(
    configuration: """
      data: {source: digits, take: 40, class_weights: balanced, preprocess: [standardize]}
      model: [flatten, {dense: {units: 4, activation: relu}}, {dense: {units: 10, activation: softmax}}]
      objective: categorical_crossentropy
      optimizer: sgd
      training: {batch: 8}
      """, source: .digits)

  /// The metadata of an untrained model, and its tensors by name.
  public func untrained() throws -> (metadata: [String: String], tensors: [Tensor]) {
    let configuration = try ConfigurationLoader.load(
      text: configuration, source: "a.yaml", name: "a", folder: nil)
    let plan = try RunAssembly(configuration, ranks: 1).plan
    let engine = try Engine()
    let network = try Network(
      plan.graph, mainRows: 1, dropoutKey: RandomKey(seed: 1, purpose: .dropout), engine: engine,
      stream: Stream(engine: engine))
    network.parameters.initialize(key: RandomKey(seed: 1, purpose: .initialization))
    let tensors = network.parameters.entries.map { entry in
      let plain = FloatStorage(count: entry.spec.shape.count)
      var values = plain.mutableSpan
      network.parameters.read(entry, into: &values)
      return Tensor(name: entry.name, shape: entry.spec.shape, values: plain.array)
    }
    let metadata = [(ModelFile.formatKey, ModelFile.formatVersion)] + plan.modelMetadata
    return (Dictionary(metadata) { $1 }, tensors)
  }

  /// A tensor of a model file.
  public struct Tensor: Sendable {
    let name: String
    let shape: Shape
    let values: [Float]

    /// The tensor with another first number, if it is the one called `name`.
    public func replacing(first: Float, in name: String) -> Tensor {
      guard name == self.name else { return self }
      return Tensor(name: name, shape: shape, values: [first] + values.dropFirst())
    }
  }

  /// Writes a model file of the given content.
  public static func write(
    _ metadata: [String: String], _ tensors: [Tensor], to path: String
  ) throws {
    let writer = try SafetensorsWriter(
      path: path, tensors: tensors.map { .init($0.name, .float32, $0.shape) }, metadata: metadata)
    for tensor in tensors { try writer.write(tensor.name, tensor.values.span) }
    try writer.finish()
  }

  /// Whether the model at `path` can be used; false where it is refused.
  ///
  /// - Throws: an error that is none of nntrain's own.
  public func accepts(path: String) throws -> Bool {
    do {
      try use(path: path)
      return true
    } catch is FileError {
    } catch is DatasetError {
    } catch is ConfigurationError {
    } catch is NetworkError {
    } catch let error as TrainingError where error.code != ExitCode.internalError {
    }
    return false
  }

  /// Opens the model at `path`, reads samples, and computes with it.
  ///
  /// - Throws: what is wrong with it.
  public func use(path: String) throws {
    let reader = try SafetensorsReader(path: path)
    let description = try ModelDescription(reader)
    let plan = try description.evaluationPlan(path)
    try ModelFile.check(reader, plan.graph)
    try MemoryNeed(evaluating: plan).require(ranks: 1)
    let spec = DataSourceSpec(format(description.schema), take: 4)
    let data = try RunData.prepare(
      spec.open(matching: description.schema), description.preprocessing,
      classWeights: description.classWeights)
    try description.configuration.checkTargets(of: data, path, for: plan.graph)
    try IdCheck(plan.graph)?.check(data, path)
    try PaddingCheck(plan.graph)?.check(data, path)
    _ = try RunData.prepare(
      spec.openInputs(matching: description.schema), description.preprocessing)
    let rows = plan.capacity(for: data.count)
    let engine = try Engine()
    let network = try Network(
      plan.graph, mainRows: rows, dropoutKey: RandomKey(seed: 0, purpose: .dropout),
      engine: engine, stream: Stream(engine: engine))
    try ModelFile.read(reader, into: network.parameters)
    try network.compile(training: [], inference: [rows])
    let batch = Batch(
      capacity: rows, inputWidth: plan.graph.inputShape.count, targetWidth: plan.targetWidth,
      targetForm: plan.targetForm)
    try data.read(Array(0..<rows).span, into: batch)
    let compiled = network.plan(rows: rows, isTraining: false)
    compiled.moveInput(to: batch.inputs, at: 0)
    compiled.forward()
    compiled.applyOutputActivation()
  }

  /// The source with the options that the model has for its table.
  private func format(_ schema: DataSchema) -> DataSourceSpec.Format {
    guard case .csv(let path, let options) = source else { return source }
    return .csv(path: path, options: schema.table?.options ?? options)
  }
}
