import Datasets
import Layers
import MPI
import Metrics
import Models
import Objectives
import OneDNN
import Optimizers
import Tensors
import Testing
import _TestSupport

@testable import Training

/// Sequences that are judged step by step, padded and whole, against PyTorch on packed sequences; see
/// `scripts/golden/positions.py`.
@MainActor @Suite(.serialized) struct PositionTests {
  struct File: Decodable {
    struct Case: Decodable {
      var name: String
      var inputShape: [Int]
      var inputs: [Float]
      var targets: [Float]
      var weights: [Float]
      var normalize: String
      var objective: Double
      var metrics: [Double]
      var names: [String]
      var values: [[Float]]
      var gradients: [[Double]]
    }

    var cases: [Case]
  }

  /// The samples of a case.
  final class Samples: Dataset {
    let golden: File.Case
    let targets: TargetDescription
    var count: Int { golden.weights.count }
    var inputShape: Shape { Shape(golden.inputShape) }

    init(_ golden: File.Case) {
      self.golden = golden
      targets = .values(width: golden.targets.count / golden.weights.count)
    }

    func read(_ indices: Span<Int>, into batch: Batch) {
      let (x, t, w) = (batch.inputs.base, batch.targets.base, batch.weights.base)
      for k in 0..<indices.count {
        let i = indices[k]
        for j in 0..<batch.inputWidth {
          x[k * batch.inputWidth + j] = golden.inputs[i * batch.inputWidth + j]
        }
        for j in 0..<batch.targetWidth {
          t[k * batch.targetWidth + j] = golden.targets[i * batch.targetWidth + j]
        }
        w[k] = golden.weights[i]
      }
      batch.count = indices.count
    }
  }

  private func plan(_ golden: File.Case, shards: Int, microBatch: Int) throws -> RunPlan {
    var settings = RecurrentSettings(units: 4)
    settings.returnsSequences = true
    func dense(_ units: Int) -> Dense {
      Dense(units: units, initializer: Zeros(), biasInitializer: Zeros())
    }
    var layers: [any Layer]
    var objective: any Objective = SparseCategoricalCrossEntropy(readsLogits: true)
    var metrics: [any Metric] = [Accuracy(.categorical), BitsPerCharacter()]
    var form = TargetForm.classIndex
    switch golden.name.split(separator: " ")[0] {
    case "characters":
      var embedding = Embedding(vocabulary: 7, units: 3)
      embedding.masksZero = true
      layers = [embedding, LSTM(settings), dense(5)]
      if golden.name.hasSuffix("shares") {
        objective = CategoricalCrossEntropy(readsLogits: true)
        form = .oneHot
      }
    case "values":
      layers = [Masking(value: -9), Bidirectional(GRU(settings)), dense(2)]
      objective = MeanSquaredError()
      metrics = [MeanAbsoluteError()]
      form = .values
    default:
      layers = [
        Masking(), LSTM(settings), SimpleRNN(RecurrentSettings(units: 5)), dense(3),
      ]
      metrics = [Accuracy(.categorical)]
    }
    if form != .values {
      // Metrics read probabilities; the objective takes the softmax over.
      layers.append(ActivationLayer(.softmax))
    }
    var graph = try NetworkGraph(
      NetworkSpec(layers.map { LayerSpec(.layer($0)) }), inputShape: Shape(golden.inputShape))
    if form != .values { graph.giveUpLastActivation() }
    let data = Samples(golden)
    return RunPlan(
      name: "positions", seed: 3,
      evaluation: EvaluationPlan(
        graph: graph, objective: objective, metrics: metrics, targetForm: form, batch: 3,
        normalization: try #require(Normalization(rawValue: golden.normalize)),
        positions: graph.positions),
      optimizer: SGD(), learningRate: LearningRate(1), penalties: Penalties(),
      training: data, validation: data, test: nil, length: .steps(1), batch: data.count,
      shards: shards, microBatch: microBatch, dropsLast: false, modelMetadata: [])
  }

  @Test("objective, metrics and gradients, however the batch is cut")
  func golden() throws {
    try Ranks.together { world in
      let alone = try #require(try world.split(color: world.rank))
      for golden in try Golden.load("positions", as: File.self).cases {
        for (shards, microBatch) in [(1, 100), (3, 2)] {
          let plan = try plan(golden, shards: shards, microBatch: microBatch)
          let engine = try Engine()
          let trainer = try Trainer(
            plan, group: RankGroup(alone), engine: engine, stream: try Stream(engine: engine),
            callbacks: [])
          let store = trainer.network.parameters
          func values(_ name: String) throws -> [Float] {
            let entry = try #require(store.entry(name), "\(name)")
            let plain = FloatStorage(count: entry.spec.shape.count)
            var span = plain.mutableSpan
            store.read(entry, into: &span)
            return plain.array
          }
          #expect(Set(store.entries.map(\.name)) == Set(golden.names), "\(golden.name)")
          for (name, first) in zip(golden.names, golden.values) {
            store.write(
              FloatStorage(first).span, to: try #require(store.entry(name), "\(name)"))
          }
          var result = RunResult(
            status: RunStatus(TrainingState()), wasStopped: false, trainingSeconds: 0,
            trainedSamples: 0)
          try trainer.measure(&result)
          try expectSame(result.training, golden)
          let stop = StopSignal()
          defer { StopSignal.release() }
          let trained = try trainer.train(stop: stop)
          try expectSame(trained.status.training, golden)
          for (index, name) in golden.names.enumerated() {
            let found = zip(golden.values[index], try values(name)).map {
              Double($0) - Double($1)
            }
            let wanted = golden.gradients[index]
            let size = wanted.reduce(0) { max($0, $1.magnitude) }
            #expect(
              mismatches(found, wanted, relative: 1e-5, absolute: 2e-6 * max(size, 0.1)) == [],
              "\(golden.name), \(name)")
          }
        }
      }
    }
  }

  private func expectSame(_ figures: Figures?, _ golden: File.Case) throws {
    let figures = try #require(figures)
    #expect(figures.samples == golden.weights.count)
    #expect(mismatches([figures.objective], [golden.objective], relative: 1e-6) == [])
    #expect(
      mismatches(figures.metrics.map(\.value), golden.metrics, relative: 1e-5) == [],
      "\(golden.name): \(figures.metrics)")
  }
}
