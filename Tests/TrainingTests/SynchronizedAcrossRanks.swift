import Datasets
import Layers
import MPI
import Models
import Objectives
import OneDNN
import Optimizers
import Tensors
import Testing
import _TestSupport

@testable import Training

/// Batch normalization over the whole minibatch, however that is cut and on however many ranks, against
/// PyTorch on the whole minibatch; see `scripts/golden/synchronized.py`.
@MainActor @Suite(.serialized) struct SynchronizedAcrossRanks {
  private struct File: Decodable {
    struct Parameter: Decodable {
      var name: String
      var first: [Float]
      var last: [Double]
    }

    var steps: Int
    var rate: Float
    var momentum: Float
    var epsilon: Float
    var inputs: [Float]
    var labels: [Int]
    var objectives: [Double]
    var parameters: [Parameter]
  }

  private final class Samples: Dataset {
    let file: File
    /// The reads after which one fails; nil for none.
    var patience: Int?
    let inputShape: Shape = [2, 5, 5]
    let targets = TargetDescription.classes(["a", "b", "c"])
    var count: Int { file.labels.count }

    init(_ file: File) { self.file = file }

    func read(_ indices: Span<Int>, into batch: Batch) throws(DatasetError) {
      if let patience {
        if patience == 0 { throw DatasetError(.badContent, "the samples are gone") }
        self.patience = patience - 1
      }
      let (x, t) = (batch.inputs.base, batch.targets.base)
      for k in 0..<indices.count {
        let i = indices[k]
        for j in 0..<50 { x[k * 50 + j] = file.inputs[i * 50 + j] }
        for j in 0..<3 { t[k * 3 + j] = file.labels[i] == j ? 1 : 0 }
      }
      batch.count = indices.count
    }
  }

  private nonisolated func plan(_ file: File, _ samples: Samples, shards: Int, microBatch: Int)
    throws -> RunPlan
  {
    func entry(_ layer: any Layer) -> LayerSpec { LayerSpec(.layer(layer)) }
    func convolution(_ padding: Padding) -> LayerSpec {
      entry(
        Convolution2D(
          filters: 4, kernel: Extent2D(3, 3), padding: padding, usesBias: false,
          initializer: Zeros(), biasInitializer: Zeros()))
    }
    func dense(_ units: Int, bias: Bool) -> LayerSpec {
      entry(
        Dense(units: units, usesBias: bias, initializer: Zeros(), biasInitializer: Zeros()))
    }
    let norm = entry(
      BatchNormalization(momentum: file.momentum, epsilon: file.epsilon, isSynchronized: true))
    var block = ResidualSpec([convolution(.same), norm])
    block.activation = .relu()
    let graph = try NetworkGraph(
      NetworkSpec([
        convolution(.valid), norm, entry(ActivationLayer(.relu())), LayerSpec(.residual(block)),
        entry(Flatten()), dense(6, bias: false), norm, entry(ActivationLayer(.tanh)),
        dense(3, bias: true),
      ]), inputShape: samples.inputShape)
    return RunPlan(
      name: "golden", seed: 1,
      evaluation: EvaluationPlan(
        graph: graph, objective: CategoricalCrossEntropy(readsLogits: true), metrics: [],
        targetForm: .oneHot, batch: 8),
      optimizer: SGD(), learningRate: LearningRate(file.rate), penalties: Penalties(),
      training: samples, validation: nil, test: nil, length: .steps(file.steps),
      batch: samples.count, shards: shards, microBatch: microBatch, dropsLast: false,
      modelMetadata: [])
  }

  private nonisolated func trainer(
    _ plan: RunPlan, _ file: File, _ communicator: Communicator
  ) throws -> Trainer {
    let engine = try Engine()
    let trainer = try Trainer(
      plan, group: RankGroup(communicator), engine: engine, stream: try Stream(engine: engine),
      callbacks: [])
    for parameter in file.parameters where !parameter.first.isEmpty {
      let entry = try #require(trainer.network.parameters.entry(parameter.name))
      trainer.network.parameters.write(FloatStorage(parameter.first).span, to: entry)
    }
    return trainer
  }

  @Test func theStepsAreThoseOnTheWholeMinibatch() throws {
    let file = try Golden.load("synchronized", as: File.self)
    try Ranks.together { world in
      for (shards, microBatch) in [(4, 100), (11, 100), (5, 1), (8, 2)] {
        let trainer = try trainer(
          try plan(file, Samples(file), shards: shards, microBatch: microBatch), file, world)
        let stop = StopSignal()
        defer { StopSignal.release() }
        let result = try trainer.train(stop: stop)
        let objective = try #require(file.objectives.last)
        #expect(abs(Double(result.status.batchObjective) - objective) < 1e-5)
        let store = trainer.network.parameters
        #expect(store.entries.count == file.parameters.count)
        for parameter in file.parameters {
          let entry = try #require(store.entry(parameter.name))
          let plain = FloatStorage(count: entry.spec.shape.count)
          var values = plain.mutableSpan
          store.read(entry, into: &values)
          #expect(
            mismatches(
              plain.array.map { Double($0) }, parameter.last, relative: 1e-5, absolute: 2e-6) == [],
            "\(parameter.name), \(shards) shards in pieces of \(microBatch)")
        }
      }
    }
  }

  /// With two samples in eight shards some ranks have none at all.
  @Test(arguments: [(batch: 8, shards: 6), (batch: 2, shards: 8)])
  func ranksDoNotChangeABit(size: (batch: Int, shards: Int)) throws {
    let file = try Golden.load("synchronized", as: File.self)
    try Ranks.together { world in
      let alone = try #require(try world.split(color: world.rank))
      func train(_ communicator: Communicator) throws -> [UInt32] {
        var plan = try plan(file, Samples(file), shards: size.shards, microBatch: 1)
        plan.batch = size.batch
        plan.length = .epochs(2)
        plan.gradientFlow = .steps(1)
        let trainer = try trainer(plan, file, communicator)
        let stop = StopSignal()
        defer { StopSignal.release() }
        _ = try trainer.train(stop: stop)
        return TrainingFixture.parameters(of: trainer).map(\.bitPattern)
      }
      #expect(try train(world) == train(alone))
    }
  }

  /// The last rank fails when it brings its samples; the others are waiting for sums in their midst.
  @Test func aRankThatCannotReadIsHeardByAll() throws {
    let file = try Golden.load("synchronized", as: File.self)
    try Ranks.together { world in
      let samples = Samples(file)
      if world.rank == world.size - 1 { samples.patience = 1 }
      let trainer = try trainer(
        try plan(file, samples, shards: 5, microBatch: 2), file, world)
      let stop = StopSignal()
      defer { StopSignal.release() }
      var outcome = "no error"
      do {
        _ = try trainer.train(stop: stop)
      } catch let error as TrainingError {
        outcome = "\(error.code) \(error)"
      }
      #expect(outcome.hasPrefix("65 ") && outcome.contains("the samples are gone"), "\(outcome)")
    }
  }
}
