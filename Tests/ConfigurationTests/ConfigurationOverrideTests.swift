import Layers
import Models
import Optimizers
import Testing

@testable import Configuration

@Suite struct ConfigurationOverrideTests {
  private func dense(_ run: RunConfiguration, _ index: Int) throws -> Dense {
    guard case .layer(let layer) = run.model.layers[index].body else { throw Mismatch() }
    return try #require(layer as? Dense)
  }

  private struct Mismatch: Error {}

  @Test func leavesAreSet() throws {
    let run = try load(smallText, "training.epochs=500 steps", "seed=9", "training.shards=ranks")
    #expect(run.training.length == .steps(500))
    #expect(run.seed == 9)
    #expect(run.training.shards == .ranks)
  }

  @Test func absentSectionsAreMade() throws {
    #expect(try load(smallText, "parallel.threads=3").parallel.threads == 3)
    #expect(try load(smallText, "data.split.test=0.25").data.split.test == 0.25)
  }

  @Test func theLastOneWins() throws {
    #expect(try load(smallText, "seed=2", "seed=3").seed == 3)
    let run = try load(smallText, "optimizer.beta1=0.5", "optimizer=adam")
    #expect((run.optimizer.rule as? Adam)?.beta1 == Adam().beta1)
  }

  @Test func aMethodIsReplacedByName() throws {
    let run = try load(smallText, "optimizer=sgd")
    #expect(run.optimizer.rule is SGD)
    #expect(run.optimizer.learningRate == 0.01)
    let settings = try load(smallText, "optimizer={momentum: {learning_rate: 0.5}}")
    #expect(settings.optimizer.rule is Momentum)
    #expect(settings.optimizer.learningRate == 0.5)
  }

  @Test func settingsReachIntoWhicheverMethodIsThere() throws {
    #expect(try load(smallText, "optimizer.learning_rate=0.1").optimizer.learningRate == 0.1)
    let changed = try load(smallText, "optimizer=momentum", "optimizer.momentum=0.5")
    #expect((changed.optimizer.rule as? Momentum)?.momentum == 0.5)
    let named = try load(smallText, "optimizer.adam.beta2=0.5")
    #expect((named.optimizer.rule as? Adam)?.beta2 == 0.5)
  }

  @Test func aPathThatNamesAnotherMethodChoosesIt() throws {
    let run = try load(smallText, "optimizer.momentum.momentum=0.5")
    #expect((run.optimizer.rule as? Momentum)?.momentum == 0.5)
    let kept = try load(
      smallText, "optimizer=momentum", "optimizer.learning_rate=0.5",
      "optimizer.momentum.momentum=0.25")
    #expect((kept.optimizer.rule as? Momentum)?.momentum == 0.25)
    #expect(kept.optimizer.learningRate == 0.5)
  }

  @Test func layersAreFoundByIndexAndName() throws {
    #expect(try dense(load(smallText, "model.1.units=77"), 1).units == 77)
    #expect(try dense(load(smallText, "model.1.dense.units=77"), 1).units == 77)
    #expect(try dense(load(smallText, "model.output.units=77"), 2).units == 77)
    #expect(try dense(load(smallText, "model.1.activation=tanh"), 1).activation == .tanh)
    #expect(
      try dense(load(smallText, "model.1.activation.derivative_at_zero=0.5"), 1).activation
        == .relu(derivativeAtZero: 0.5))
  }

  @Test func aLayerIsReplaced() throws {
    let run = try load(smallText, "model.1=dropout", "model.1.rate=0.25")
    guard case .layer(let layer) = run.model.layers[1].body else { throw Mismatch() }
    #expect((layer as? Dropout)?.rate == 0.25)
    #expect(run.model.layers[1].location == "--set model.1=dropout")
  }

  @Test func blocksAreReachedWithAndWithoutTheirKey() throws {
    let text = smallText.replacing(
      "    - dense: {units: 4, activation: relu}\n".dropFirst(2),
      with: "  - residual:\n    - dense: {units: 4, name: inner}\n")
    for path in ["model.1.0.units", "model.1.layers.0.units", "model.1.inner.units"] {
      let run = try load(text, "\(path)=9")
      guard case .residual(let block) = run.model.layers[1].body,
        case .layer(let layer) = block.layers[0].body
      else { throw Mismatch() }
      #expect((layer as? Dense)?.units == 9, "\(path)")
    }
  }

  @Test func listsAreReplaced() throws {
    let run = try load(smallText, "metrics=[accuracy, top_k_accuracy: 3]")
    #expect(run.metrics.count == 2)
    #expect(try load(smallText, "data.preprocess=[divide: 16]").data.preprocess == [.divide(16)])
  }

  @Test func nothingMeansTheDefault() throws {
    #expect(try load(smallText, "training.epochs=").training.length == .epochs(10))
    #expect(try load(smallText, "training.epochs=null").training.length == .epochs(10))
  }

  @Test(arguments: [
    "training.epochs", "=5", "training..epochs=5", ".seed=1", "seed.=1", "training epochs=5", "",
    "seed=[1", "seed={a: 1, a: 2}",
  ])
  func malformedOnesAreRefused(text: String) {
    let error = failure(smallText, [text])
    #expect(error.kind == .malformedOverride)
    #expect(error.exitCode == 64)
    #expect(error.description.hasPrefix("--set \(text): "))
  }

  @Test(arguments: [
    ("optimizer.lq=1", "optimizer.adam.lq is not known; known are variant, learning_rate"),
    ("traning.epochs=1", "traning is not known; did you mean \"training\"?"),
    ("training.epoch=1", "training.epoch is not known; did you mean \"epochs\"?"),
    ("model.1.unitz=1", "model.1.dense.unitz is not known; did you mean \"units\"?"),
    ("model.outptu.units=1", "model.outptu is not known; did you mean \"output\"?"),
    ("model.9.units=1", "model has no element 9; it has the indices 0 to 2"),
    ("model.-1.units=1", "model has no element -1"),
    ("seed.x=1", "seed has no part \"x\"; it is an integer from 0 to "),
    ("optimizer=adamm", "optimizer: optimizer \"adamm\" is not known; did you mean \"adam\"?"),
    ("pretraining=rmb", "pretraining: pretraining \"rmb\" is not known; did you mean \"rbm\"?"),
    ("callbacks=x", "callbacks is not known; write early_stopping"),
    ("callbacks.x=1", "callbacks is not known; write early_stopping"),
    (
      "training.batch=0",
      "training.batch is \"0\"; it must be an integer from 1 to 1000000000, or full"
    ),
    (
      "objective.x=1",
      "objective.categorical_crossentropy.x is not known; known are label_smoothing"
    ),
  ])
  func badOnesAreToldAtTheOverride(text: String, message: String) {
    let error = failure(smallText, [text])
    #expect(error.kind == .badConfiguration)
    #expect(error.position == .override(text))
    #expect(error.message.contains(message), "\(error)")
  }

  @Test func clippingAndMultipliersAreReached() throws {
    #expect(try load(smallText, "clip.norm=2").clip == .norm(2))
    #expect(try load(smallText, "clip={value: 0.5}").clip == .value(0.5))
    let run = try load(smallText, "optimizer.layer_multipliers.output=0.5")
    #expect(run.optimizer.layerMultipliers?.output == 0.5)
    let error = failure(smallText, ["clip.norm=0"])
    #expect(error.message.contains("clip.norm is \"0\"; it must be a number above 0"), "\(error)")
  }

  @Test func aMethodThatIsNotThereCannotBeReachedInto() {
    let text = smallText.replacing("optimizer: adam\n", with: "")
    let error = failure(text, ["optimizer.learning_rate=1"])
    #expect(error.message.contains("set optimizer=NAME first"))
  }
}
