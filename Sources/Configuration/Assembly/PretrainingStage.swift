import Layers
import Models
import Pretraining
import Tensors

/// One stage of pretraining: a run of its own, in a folder of its own.
public struct PretrainingStage: Sendable {
  /// What a stage trains.
  public enum Kind: Sendable {
    /// A machine whose hidden units are those of a layer.
    case machine(RestrictedBoltzmann, PartitionConfiguration?)
    /// The machines of all stages before as one network, whose upward weights are those of the layers.
    case wakeSleep(WakeSleep, layers: [HiddenLayer])
    /// A layer, and a decoder that undoes its work, on inputs with this noise.
    case autoencoder(any Layer)
    /// Part of the network under its output layer; the first layers with parameters stay as they are.
    case supervised(frozen: Int)
  }

  /// The place among the stages, from 1.
  public var number: Int
  /// What is trained.
  public var kind: Kind
  /// The stage as a run.
  public var configuration: RunConfiguration
  /// The hidden layers below, whose outputs are the data; none where the network holds them.
  public var below: [HiddenLayer] = []
  /// The hidden layer that the stage gives its values; nil where it is a part of the network.
  public var layer: HiddenLayer?
  /// The parameters that come from the stage before, under their own names.
  public var inherited: [String] = []

  /// The stage's folder within the run directory.
  public var folder: String { "stages/\(number)-\(name)" }

  /// What is trained, in a word.
  public var name: String {
    switch kind {
    case .machine: "rbm"
    case .wakeSleep: "up-down"
    case .autoencoder: "autoencoder"
    case .supervised: "layer"
    }
  }

  /// The name of the layer in the stage's network whose parameters become the hidden layer's.
  public var source: String {
    switch kind {
    case .machine: BoltzmannFile.layer
    case .wakeSleep: WakeSleepFile.layer
    case .autoencoder, .supervised: "encoder"
    }
  }
}

/// All stages of a run.
public struct PretrainingPlan: Sendable {
  /// The stages in their order.
  public let stages: [PretrainingStage]
  /// The parameters that the whole network takes over from the last stage under their own names.
  public let inherited: [String]
  /// The shape of a sample.
  public let inputShape: Shape

  /// The stages of `configuration`, whose data have samples of `inputShape`; none where it has no
  /// pretraining.
  ///
  /// - Throws: ``ConfigurationError`` where the model's layers are not those that are to be pretrained.
  public init(_ configuration: RunConfiguration, inputShape: Shape) throws {
    self.inputShape = inputShape
    guard let pretraining = configuration.pretraining else {
      (stages, inherited) = ([], [])
      return
    }
    let graph = try NetworkGraph(configuration.model, inputShape: inputShape)
    switch pretraining {
    case .machine(let settings):
      stages = try PretrainingPlan.machines(settings, configuration, graph, isAlone: true)
      inherited = []
    case .beliefNetwork(let settings):
      stages = try PretrainingPlan.machines(settings, configuration, graph, isAlone: false)
      inherited = []
    case .denoising(let settings):
      stages = try PretrainingPlan.autoencoders(settings, configuration, graph)
      inherited = []
    case .greedySupervised(let settings):
      stages = try PretrainingPlan.supervised(settings, configuration, inputShape)
      inherited = PretrainingPlan.names(of: graph)
    }
  }

  // MARK: Machines

  private static func machines(
    _ settings: BoltzmannConfiguration, _ configuration: RunConfiguration, _ graph: NetworkGraph,
    isAlone: Bool
  ) throws(ConfigurationError) -> [PretrainingStage] {
    let (method, key) = isAlone ? ("rbm", "hidden") : ("dbn", "layers")
    let leading = HiddenLayer.leading(graph)
    var hidden = Array(leading.prefix { $0.dense.activation == .sigmoid })
    if isAlone { hidden = Array(hidden.prefix(1)) }
    let words = list(hidden.map(\.dense.units))
    guard !hidden.isEmpty else {
      let first = graph.nodes.first { !$0.parameters.isEmpty }
      throw ConfigurationError(
        at: nil,
        "pretraining.\(method): the model has no hidden dense layer of sigmoid units to begin with"
          + " (its first layer with weights is \(first?.name ?? "none")); let hidden layers be"
          + " {dense: {units: …, activation: sigmoid}}")
    }
    let wanted = settings.units.isEmpty ? hidden.map(\.dense.units) : settings.units
    guard !isAlone || wanted.count == 1 else {
      throw ConfigurationError(
        at: nil,
        "pretraining.rbm.hidden is \(list(wanted)), but a machine has one layer of hidden units; use"
          + " dbn with `layers` for several")
    }
    guard wanted.count <= hidden.count,
      zip(wanted, hidden).allSatisfy({ $0 == $1.dense.units })
    else {
      throw ConfigurationError(
        at: nil,
        "pretraining.\(method).\(key) is \(list(wanted)), but the model's hidden dense layers of"
          + " sigmoid units have \(words); the sizes must be the same from the first layer on")
    }
    if let silent = hidden.prefix(wanted.count).first(where: { !$0.dense.usesBias }) {
      throw ConfigurationError(
        at: nil,
        "pretraining.\(method): the layer \(silent.name) has `use_bias: false`, so that the biases of"
          + " its machine's hidden units would be lost; let it have biases, or use"
          + " denoising_autoencoders")
    }
    let whole = try wakeSleep(settings, configuration, Array(hidden.prefix(wanted.count)))
    let machines = wanted.indices.map { index in
      let number = index + 1
      let dense = hidden[index].dense
      var machine = RestrictedBoltzmann(
        hidden: dense.units, visible: index == 0 ? settings.visible : .bernoulli,
        steps: settings.steps, samplesVisible: settings.samplesVisible ?? settings.isPersistent,
        sparsity: settings.sparsity, initializer: settings.initializer)
      // Filled in where the minibatch is known.
      if settings.isPersistent { machine.chains = 0 }
      var stage = PretrainingStage(
        number: number, kind: .machine(machine, settings.partition),
        configuration: run(configuration, settings.stage, number, method),
        below: Array(hidden[..<index]),
        layer: hidden[index])
      stage.configuration.clip = .none
      stage.configuration.normalization = .samples
      stage.configuration.name += " rbm"
      return stage
    }
    return machines + whole
  }

  /// The stage of all machines together, where one is wanted.
  private static func wakeSleep(
    _ settings: BoltzmannConfiguration, _ configuration: RunConfiguration, _ hidden: [HiddenLayer]
  ) throws(ConfigurationError) -> [PretrainingStage] {
    guard let upDown = settings.upDown else { return [] }
    guard hidden.count >= 2 else {
      throw ConfigurationError(
        at: nil,
        "pretraining.dbn.up_down: the network has one machine, which has nothing below it to be trained"
          + " with; give it a second layer, or leave up_down out")
    }
    let number = hidden.count + 1
    let network = WakeSleep(
      hidden: hidden.map(\.dense.units), visible: settings.visible, steps: upDown.steps)
    var stage = PretrainingStage(
      number: number, kind: .wakeSleep(network, layers: hidden),
      configuration: run(configuration, upDown.stage, number, "dbn.up_down"))
    stage.configuration.clip = .none
    stage.configuration.normalization = .samples
    stage.configuration.name += " up-down"
    return [stage]
  }

  // MARK: Autoencoders

  private static func autoencoders(
    _ settings: DenoisingConfiguration, _ configuration: RunConfiguration, _ graph: NetworkGraph
  ) throws(ConfigurationError) -> [PretrainingStage] {
    let hidden = HiddenLayer.leading(graph)
    guard !hidden.isEmpty else {
      throw ConfigurationError(
        at: nil,
        "pretraining.denoising_autoencoders: the model has no hidden dense layer to begin with; put"
          + " dense layers first, or leave pretraining out")
    }
    let noise: any Layer =
      switch settings.noise {
      case .masking: MaskingNoise(rate: settings.corruption)
      case .gaussian: GaussianNoise(standardDeviation: settings.corruption)
      }
    return hidden.indices.map { index in
      var stage = PretrainingStage(
        number: index + 1, kind: .autoencoder(noise),
        configuration: run(
          configuration, settings.stage, index + 1, "denoising_autoencoders"),
        below: Array(hidden[..<index]),
        layer: hidden[index])
      stage.configuration.normalization = .samples
      stage.configuration.name += " autoencoder"
      return stage
    }
  }

  // MARK: Supervised

  /// Each stage is the model up to one more layer with parameters, and its end.
  private static func supervised(
    _ settings: StageConfiguration, _ configuration: RunConfiguration, _ inputShape: Shape
  ) throws -> [PretrainingStage] {
    let layers = configuration.model.layers
    var (learnt, count) = ([Int](), 0)
    for index in layers.indices {
      let part = try NetworkGraph(NetworkSpec(Array(layers[...index])), inputShape: inputShape)
      if part.parameterCount > count { learnt.append(index) }
      count = part.parameterCount
    }
    guard learnt.count >= 2, let last = learnt.last else {
      throw ConfigurationError(
        at: nil,
        "pretraining.greedy_supervised: the model has \(learnt.count) layers with weights; it needs a"
          + " hidden one and an output layer")
    }
    var stages: [PretrainingStage] = []
    for (place, index) in learnt.dropLast().enumerated() {
      let end = learnt[place + 1]
      var part = Array(layers[..<end])
      let graph = try NetworkGraph(NetworkSpec(part), inputShape: inputShape)
      // The graph ends flat, as an output layer needs it; so must the part.
      if graph.nodes.last?.layer is Flatten, !isFlatten(part.last) {
        part.append(LayerSpec(.layer(Flatten())))
      }
      let before =
        index == 0 || place == 0
        ? nil : try NetworkGraph(NetworkSpec(Array(layers[..<index])), inputShape: inputShape)
      var stage = PretrainingStage(
        number: place + 1,
        kind: .supervised(
          frozen: before?.nodes.filter { !$0.parameters.isEmpty }.count ?? 0),
        configuration: run(configuration, settings, place + 1, "greedy_supervised"),
        inherited: before.map(names) ?? [])
      stage.configuration.model = NetworkSpec(part + layers[last...])
      stage.configuration.name += " layer"
      stages.append(stage)
    }
    return stages
  }

  private static func isFlatten(_ spec: LayerSpec?) -> Bool {
    if case .layer(let layer)? = spec?.body { layer is Flatten } else { false }
  }

  private static func names(of graph: NetworkGraph) -> [String] {
    graph.nodes.flatMap { node in node.parameters.map { "\(node.name).\($0.name)" } }
  }

  // MARK: Stages as runs

  /// The run of stage `number`: as `whole`, but for what `settings` say, which stand at `place` below
  /// `pretraining`.
  private static func run(
    _ whole: RunConfiguration, _ settings: StageConfiguration, _ number: Int, _ place: String
  ) -> RunConfiguration {
    var run = whole
    run.name = "\(whole.name), stage \(number):"
    run.seed = whole.seed &+ UInt64(number)
    run.pretraining = nil
    run.training.length = settings.length
    run.training.batch = settings.batch ?? whole.training.batch
    run.training.accumulate = 1
    run.places = [
      "training.epochs": "pretraining.\(place).epochs",
      "training.batch": settings.batch == nil
        ? "training.batch" : "pretraining.\(place).batch",
      "schedule": "pretraining.\(place).schedule",
    ]
    run.optimizer = settings.optimizer ?? whole.optimizer
    run.schedule = settings.schedule
    run.regularization = settings.regularization
    run.earlyStopping = nil
    run.ensemble = EnsembleConfiguration()
    run.average = AverageConfiguration()
    run.diagnostics = DiagnosticsConfiguration()
    run.checkpoints.figure = "objective"
    return run
  }

  private static func list(_ units: [Int]) -> String {
    "[" + units.map { "\($0)" }.joined(separator: ", ") + "]"
  }
}
