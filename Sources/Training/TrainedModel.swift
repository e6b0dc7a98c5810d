import Datasets
import Formats
import Models
import OneDNN
import Tensors

/// A saved network, ready to be measured and to predict.
public final class TrainedModel {
  let plan: EvaluationPlan
  let network: Network
  let group: RankGroup

  /// The network of `plan` with the parameters in `reader`.
  ///
  /// - Throws: `NetworkError`, or `FileError` where a parameter is absent or of another shape.
  public convenience init(
    _ plan: EvaluationPlan, parameters reader: SafetensorsReader, group: RankGroup,
    engine: Engine, stream: Stream
  ) throws {
    try ModelFile.check(reader, plan.graph)
    try self.init(plan, group: group, engine: engine, stream: stream)
    try read(reader)
  }

  /// The network of `plan`, its parameters all zero.
  ///
  /// - Throws: `NetworkError`.
  public init(
    _ plan: EvaluationPlan, group: RankGroup, engine: Engine, stream: Stream
  ) throws(NetworkError) {
    self.plan = plan
    self.group = group
    network = try Network(
      plan.graph, mainRows: plan.batch, dropoutKey: RandomKey(seed: 0, purpose: .dropout),
      engine: engine, stream: stream)
  }

  /// The figures on all samples of `data`, measured by all ranks together.
  public func figures(on data: any Dataset) throws -> Figures {
    try network.compile(
      training: [], inference: Evaluator.rows(count: data.count, chunk: plan.batch))
    var figures = try Evaluator(plan, network: network, group: group, largest: data.count)
      .figures(on: data)
    // What the run penalized is no part of the model.
    figures.penalty = nil
    return figures
  }

  /// Computes the outputs for all samples of `data`, chunk after chunk, on this rank alone.
  ///
  /// `use` gets as many samples' outputs, row after row, as its second argument says.
  public func predict(
    _ data: any Dataset, _ use: (Span<Float>, Int) throws -> Void
  ) throws {
    try network.compile(
      training: [], inference: Evaluator.rows(count: data.count, chunk: plan.batch))
    let batch = Batch(
      capacity: plan.capacity(for: data.count), inputWidth: plan.graph.inputShape.count,
      targetWidth: 0,
      targetForm: .values)
    var start = 0
    network.rounded.areFixed = true
    defer { network.rounded.areFixed = false }
    while start < data.count {
      let end = min(start + plan.batch, data.count)
      let samples = Array(start..<end)
      try data.read(samples.span, into: batch)
      let compiled = network.plan(rows: samples.count, isTraining: false)
      compiled.moveInput(to: batch.inputs, at: 0)
      compiled.forward()
      compiled.applyOutputActivation()
      try use(compiled.output, samples.count)
      start = end
    }
  }
}
