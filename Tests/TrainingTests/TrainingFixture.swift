import Datasets
import Layers
import MPI
import Metrics
import Models
import Objectives
import OneDNN
import Optimizers
import Tensors

@testable import Training

/// A small network on a few random samples, trained in the process of the tests.
struct TrainingFixture {
  var samples = 37
  var batch = 37
  var shards = 1
  var microBatch = 1000
  var dropsLast = false
  var seed: UInt64 = 11
  var dropout: Float = 0
  var rate: Float = 1
  /// The learning rate in place of a constant one.
  var schedule: LearningRate?
  var optimizer: any Optimizer = SGD()
  var penalties = Penalties()
  var clipping = GradientClipping.none
  var activity: ActivityPenalty?
  var average: Float?
  var length = RunLength.steps(1)
  /// Samples of the training part in place of the first ones.
  var subset: [Int]?
  /// Samples of the validation part, if there is one.
  var validation: [Int]?
  var evaluationBatch = 8
  var checkpoints = CheckpointPlan()
  var gradientFlow: GradientFlowInterval?
  var earlyStopping: EarlyStoppingRule?

  /// All samples that there are.
  static func data() throws -> any GatheringDataset {
    try SyntheticDataset(inputShape: [5], targets: .classes(3), count: 64, seed: 4).make()
  }

  /// The plan of a run.
  func plan() throws -> RunPlan {
    let data = try TrainingFixture.data()
    var hidden = Dense(
      units: 6, activation: .tanh, initializer: GlorotUniform(),
      biasInitializer: RandomUniform(minimum: -0.1, maximum: 0.1))
    hidden.activityRegularizer = activity
    var layers = [LayerSpec(.layer(hidden))]
    if dropout > 0 { layers.append(LayerSpec(.layer(Dropout(rate: dropout)))) }
    layers.append(
      LayerSpec(
        .layer(
          Dense(units: 3, initializer: GlorotUniform(), biasInitializer: Zeros()))))
    let graph = try NetworkGraph(NetworkSpec(layers), inputShape: [5])
    var plan = RunPlan(
      name: "fixture", seed: seed,
      evaluation: EvaluationPlan(
        graph: graph, objective: CategoricalCrossEntropy(readsLogits: true),
        metrics: [Accuracy(.categorical)], targetForm: .oneHot, batch: evaluationBatch),
      optimizer: optimizer, learningRate: schedule ?? LearningRate(rate), penalties: penalties,
      clipping: clipping,
      training: Subset(data, subset ?? Array(0..<samples)),
      validation: validation.map { Subset(data, $0) }, test: nil, length: length, batch: batch,
      shards: shards, microBatch: microBatch, dropsLast: dropsLast, modelMetadata: [])
    plan.weightAverage = average
    plan.checkpoints = checkpoints
    plan.gradientFlow = gradientFlow
    plan.earlyStopping = earlyStopping
    return plan
  }

  /// A trainer on the ranks of `communicator`; from `weights` where they are given.
  func trainer(
    _ communicator: Communicator, from weights: [Float]? = nil, callbacks: [any Callback] = [],
    plan: RunPlan? = nil
  ) throws -> Trainer {
    let engine = try Engine()
    let trainer = try Trainer(
      try plan ?? self.plan(), group: RankGroup(communicator), engine: engine,
      stream: try Stream(engine: engine), callbacks: callbacks)
    var rest = weights?[...] ?? []
    for entry in trainer.network.parameters.entries where !rest.isEmpty {
      let values = FloatStorage(Array(rest.prefix(entry.spec.shape.count)))
      trainer.network.parameters.write(values.span, to: entry)
      rest = rest.dropFirst(values.count)
    }
    return trainer
  }

  /// The parameters before and after training on the ranks of `communicator`.
  func train(
    _ communicator: Communicator, from weights: [Float]? = nil
  ) throws -> (before: [Float], after: [Float]) {
    let trainer = try trainer(communicator, from: weights)
    let before = TrainingFixture.parameters(of: trainer)
    let stop = StopSignal()
    defer { StopSignal.release() }
    _ = try trainer.train(stop: stop)
    return (before, TrainingFixture.parameters(of: trainer))
  }

  /// The parameters in plain order, however the plans like them.
  static func parameters(of trainer: Trainer) -> [Float] {
    let store = trainer.network.parameters
    return store.entries.flatMap { entry in
      let plain = FloatStorage(count: entry.spec.shape.count)
      var values = plain.mutableSpan
      store.read(entry, into: &values)
      return plain.array
    }
  }

  /// The gradient of one step, as the step of plain descent at rate 1 shows it.
  func gradient(_ communicator: Communicator, at weights: [Float]? = nil) throws -> [Double] {
    let (before, after) = try train(communicator, from: weights)
    return zip(before, after).map { Double($0) - Double($1) }
  }
}
