import Layers
import Models
import Objectives
import OneDNN
import Optimizers
import Tensors
import Testing
import _TestSupport

@testable import Training

/// Two hundred steps of a small classifier against PyTorch and Keras; see
/// `scripts/golden/trajectories.py`.
@Suite struct TrajectoryTests {
  private struct File: Decodable {
    struct Run: Decodable {
      var optimizer: String
      var rate: Float
      var decay: Float
      var weights: [[Double]]
    }

    var inputs: [Float]
    var labels: [Int]
    var first: [Float]
    var batch: Int
    var marks: [Int]
    var runs: [Run]
  }

  private static let names = [
    "sgd", "momentum keras", "momentum pytorch", "nesterov keras", "nesterov pytorch",
    "adagrad keras", "adagrad pytorch", "adadelta keras", "adadelta pytorch", "rmsprop keras",
    "rmsprop pytorch", "adam keras", "adam pytorch", "adamw keras", "adamw pytorch",
    "adamax keras", "adamax pytorch", "nadam keras", "nadam pytorch", "radam pytorch", "lion",
    "lamb keras",
    "momentum keras average",
  ]

  private static func rule(_ name: String) -> (any Optimizer)? {
    let words = name.split(separator: " ").map(String.init)
    let variant = words.count > 1 ? Variant(rawValue: words[1]) ?? .book : .book
    switch words[0] {
    case "sgd": return SGD()
    case "momentum": return Momentum(variant)
    case "nesterov": return Nesterov(variant)
    case "adagrad": return AdaGrad(variant)
    case "adadelta": return AdaDelta(variant)
    case "rmsprop": return RMSProp(variant)
    case "adam": return Adam(variant)
    case "adamw": return AdamW(variant)
    case "adamax": return AdaMax(variant)
    case "nadam": return Nadam(variant)
    case "radam": return RAdam(variant)
    case "lion": return Lion()
    case "lamb": return LAMB(variant)
    default: return nil
    }
  }

  /// The libraries' rules, whose gradients are taken at the stored weights.
  @Test(arguments: names)
  func thePathIsTheLibrarys(name: String) throws {
    let file = try Golden.load("trajectories", as: File.self)
    #expect(Set(file.runs.map(\.optimizer)) == Set(Self.names))
    let golden = try #require(file.runs.first { $0.optimizer == name })
    let rule = try #require(Self.rule(name))
    let average: Float? = name.hasSuffix("average") ? 0.95 : nil
    let found = try path(file, rule, rate: golden.rate, decay: golden.decay, average: average)
    for (mark, (weights, wanted)) in zip(found, golden.weights).enumerated() {
      // The distance of the paths, relative to the way from the start and to the weights.
      let size = wanted.reduce(0) { $0 + $1 * $1 }.squareRoot()
      let way = zip(wanted, file.first).reduce(0) {
        $0 + ($1.0 - Double($1.1)) * ($1.0 - Double($1.1))
      }
      let apart = zip(weights, wanted).reduce(0) {
        $0 + (Double($1.0) - $1.1) * (Double($1.0) - $1.1)
      }
      #expect(way.squareRoot() > 0.01 * size, "\(name) has hardly moved")
      #expect(
        apart.squareRoot() < 1e-4 * min(size, way.squareRoot()),
        "\(name) after \(file.marks[mark]) steps: \(apart.squareRoot()) of \(size)")
    }
  }

  /// The weights at the marks.
  private func path(
    _ file: File, _ rule: any Optimizer, rate: Float, decay: Float, average: Float?
  ) throws -> [[Float]] {
    let dense = { (units: Int, activation: Activation) in
      LayerSpec(
        .layer(
          Dense(
            units: units, activation: activation, initializer: Zeros(), biasInitializer: Zeros())))
    }
    let engine = try Engine()
    let network = try Network(
      try NetworkGraph(NetworkSpec([dense(6, .tanh), dense(3, .linear)]), inputShape: [4]),
      mainRows: file.batch, dropoutKey: RandomKey(low: 0, high: 0), engine: engine,
      stream: try Stream(engine: engine))
    try network.compile(training: [file.batch], inference: [])
    let store = network.parameters
    var rest = file.first[...]
    for entry in store.entries {
      let values = FloatStorage(Array(rest.prefix(entry.spec.shape.count)))
      store.write(values.span, to: entry)
      rest = rest.dropFirst(values.count)
    }
    let update = ParameterUpdate(
      rule, store: store, penalties: Penalties(weightDecay: decay, onBiases: true),
      average: average)
    let plan = network.plan(rows: file.batch, isTraining: true)
    let inputs = FloatStorage(file.inputs)
    let gradient = FloatStorage(count: store.weights.count)
    let weights = FloatStorage([Float](repeating: 1, count: file.batch))
    let objective = CategoricalCrossEntropy(readsLogits: true)
    var marks: [[Float]] = []
    for step in 0..<(file.marks.last ?? 0) {
      let first = step * file.batch % file.labels.count
      update.enterLookAhead()
      plan.moveInput(to: inputs, at: first * 4)
      plan.forward()
      let targets = FloatStorage(
        file.labels[first..<first + file.batch].flatMap { label in
          (0..<3).map { $0 == label ? 1 : 0 }
        })
      var derivative = plan.outputGradient
      _ = objective.valueAndGradient(
        prediction: plan.output, target: targets.span, weights: weights.span, width: 3,
        gradient: &derivative)
      plan.backward(into: gradient)
      update.apply(gradient, normalizer: Float(file.batch), rate: rate, step: step + 1)
      if file.marks.contains(step + 1) {
        marks.append(
          update.withAverage {
            store.entries.flatMap { entry in
              let plain = FloatStorage(count: entry.spec.shape.count)
              var values = plain.mutableSpan
              store.read(entry, into: &values)
              return plain.array
            }
          })
      }
    }
    return marks
  }
}
