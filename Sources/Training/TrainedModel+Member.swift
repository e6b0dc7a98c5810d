import Collectives
import Datasets
import Formats
import Models
import Tensors

// What several models together ask of each.
extension TrainedModel {
  /// Sets the parameters to those in `reader`.
  ///
  /// - Throws: `FileError` where one is absent or of another shape.
  public func read(_ reader: SafetensorsReader) throws(FileError) {
    try ModelFile.read(reader, into: network.parameters)
  }

  /// Sets some of the parameters.
  ///
  /// - Throws: `FileError` where a tensor is absent or of another shape.
  public func read(_ copies: [ParameterCopy]) throws(FileError) {
    for copy in copies { try copy.read(into: network.parameters) }
  }

  /// Gives the coordinator's parameters to all ranks.
  public func shareParameters() throws {
    try ParameterBroadcast(communicator: group.communicator)
      .broadcast(network.parameters.weights, root: 0)
  }

  /// The digest of the parameters.
  public var parameterDigest: String { ModelFile.digest(network.parameters) }

  /// Compiles what computes `samples` samples in chunks of `chunk`.
  public func prepare(samples: Int, chunk: Int) throws(NetworkError) {
    try network.compile(training: [], inference: Evaluator.rows(count: samples, chunk: chunk))
  }

  /// Computes the outputs of the samples now in `batch`, row after row.
  ///
  /// - Precondition: ``prepare(samples:chunk:)`` was told of so many samples, and `outputs` holds as
  ///   many rows.
  public func compute(_ batch: Batch, into outputs: inout MutableSpan<Float>) {
    let plan = network.plan(rows: batch.count, isTraining: false)
    plan.moveInput(to: batch.inputs, at: 0)
    plan.forward()
    plan.applyOutputActivation()
    let computed = plan.output
    for i in 0..<outputs.count { outputs[i] = computed[i] }
  }
}
