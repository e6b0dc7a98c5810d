import Layers
import Models
import Objectives
import OneDNN
import Tensors
import Testing

/// The gradient by every parameter of a small network, for every objective behind every activation,
/// against central differences.
struct ObjectiveActivationTests {
  static let activations: [Activation] = [
    .linear, .relu(), .sigmoid, .tanh, .softmax, .softplus, .softsign, .elu(alpha: 0.7), .selu,
    .leakyReLU(), .exponential, .hardSigmoid, .gelu(), .gelu(approximate: true), .swish,
  ]

  static let objectives: [any Objective] = [
    MeanSquaredError(), SquaredError(), MeanAbsoluteError(), MeanAbsolutePercentageError(),
    MeanSquaredLogarithmicError(), Huber(delta: 0.5), LogCosh(), Poisson(), CosineSimilarity(),
    Hinge(), SquaredHinge(), CategoricalHinge(), BinaryCrossEntropy(labelSmoothing: 0.1),
    BinaryFocalCrossEntropy(alpha: 0.3), CategoricalCrossEntropy(),
    CategoricalFocalCrossEntropy(), SparseCategoricalCrossEntropy(), KullbackLeiblerDivergence(),
  ]

  private static let rows = 4
  private static let width = 3

  /// Whether outputs may be below 0, where the Poisson objective is not defined.
  private static func mayBeNegative(_ activation: Activation) -> Bool {
    switch activation {
    case .sigmoid, .softmax, .softplus, .exponential: false
    default: true
    }
  }

  private static func targets(of objective: any Objective) -> [Float] {
    let classes = [2, 0, 1, 2]
    let oneHot = classes.flatMap { c in (0..<width).map { Float($0 == c ? 1 : 0) } }
    switch (objective.targetForm, objective.targetDomain) {
    case (.classIndex, _): return classes.map(Float.init)
    case (.signs, _): return oneHot.map { 2 * $0 - 1 }
    case (_, .unit), (_, .distribution): return oneHot
    default: return (0..<rows * width).map { Float(($0 * 5 + 2) % 11) / 7 + 0.3 }
    }
  }

  @Test(arguments: activations)
  func gradients(behind activation: Activation) throws {
    var compared = 0
    for objective in Self.objectives {
      if objective is Poisson, Self.mayBeNegative(activation) { continue }
      compared += try check(objective, activation, fused: false)
      let fitting: FusedActivation? =
        activation == .softmax ? .softmax : activation == .sigmoid ? .sigmoid : nil
      if let fitting, objective.fusableActivation == fitting {
        compared += try check(objective, activation, fused: true)
      }
    }
    #expect(compared > 400)
  }

  /// Compares every parameter's derivative; the number of them.
  private func check(_ objective: any Objective, _ activation: Activation, fused: Bool) throws
    -> Int
  {
    let (rows, width) = (Self.rows, Self.width)
    func dense(_ units: Int, _ activation: Activation) -> LayerSpec {
      LayerSpec(
        .layer(
          Dense(
            units: units, activation: activation, initializer: GlorotUniform(),
            biasInitializer: RandomUniform(minimum: -0.2, maximum: 0.2))))
    }
    let engine = try Engine()
    var graph = try NetworkGraph(
      NetworkSpec([dense(4, .tanh), dense(width, activation)]), inputShape: [3])
    var judge = objective
    if fused {
      graph.giveUpLastActivation()
      judge = objective.readingLogits()
    }
    let network = try Network(
      graph, mainRows: rows, dropoutKey: RandomKey(low: 3, high: 4), engine: engine,
      stream: try Stream(engine: engine))
    try network.compile(training: [rows], inference: [])
    let store = network.parameters
    store.initialize(key: RandomKey(low: 5, high: 6))
    let plan = network.plan(rows: rows, isTraining: true)
    let input = FloatStorage((0..<rows * 3).map { Float(($0 * 7 + 3) % 13) / 6 - 1 })
    plan.moveInput(to: input, at: 0)
    let target = FloatStorage(Self.targets(of: objective))
    let weights = FloatStorage([1, 0.5, 2, 1.25])
    func value() -> Double {
      plan.forward()
      return judge.value(
        prediction: plan.output, target: target.span, weights: weights.span, width: width)
    }
    plan.forward()
    var derivative = plan.outputGradient
    _ = judge.valueAndGradient(
      prediction: plan.output, target: target.span, weights: weights.span, width: width,
      gradient: &derivative)
    let arena = FloatStorage(count: store.weights.count)
    plan.backward(into: arena)

    let found = store.entries.map { entry in
      let analytic = FloatStorage(count: entry.spec.shape.count)
      var plain = analytic.mutableSpan
      store.read(entry, from: arena, into: &plain)
      return analytic.array
    }
    let scale = Double(found.joined().reduce(0) { max($0, $1.magnitude) })
    var compared = 0
    for (entry, gradient) in zip(store.entries, found) {
      let values = FloatStorage(count: entry.spec.shape.count)
      var plain = values.mutableSpan
      store.read(entry, into: &plain)
      for index in 0..<values.count {
        let own = values.base[index]
        func slope(_ h: Float) -> Double {
          values.base[index] = own + h
          store.write(values.span, to: entry)
          let above = value()
          values.base[index] = own - h
          store.write(values.span, to: entry)
          return (above - value()) / Double(2 * h)
        }
        // Richardson extrapolation; where a kink lies within the step, a smaller one is taken.
        let tolerance = 2e-3 * scale + 1e-3
        var numeric = 0.0
        for h: Float in [1 / 64, 1 / 256, 1 / 1024] {
          let (wide, narrow) = (slope(h), slope(h / 2))
          numeric = (4 * narrow - wide) / 3
          if (wide - narrow).magnitude < tolerance / 2 { break }
        }
        values.base[index] = own
        store.write(values.span, to: entry)
        #expect(
          (Double(gradient[index]) - numeric).magnitude <= tolerance,
          "\(type(of: objective)) behind \(activation): \(entry.name)[\(index)] is \(gradient[index]), central difference \(numeric)"
        )
        compared += 1
      }
    }
    return compared
  }
}
