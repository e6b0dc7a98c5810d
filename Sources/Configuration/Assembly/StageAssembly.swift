import Datasets
import Formats
import Layers
import Metrics
import Models
import Objectives
import OneDNN
import Pretraining
import Tensors
import Training

extension PretrainingPlan {
  /// Checks that the visible units of the first machine, if there is one, can take `data`.
  ///
  /// - Throws: `DatasetError` that names the first number that they can't.
  public func check(_ data: RunData) throws(DatasetError) {
    guard case .machine(let machine, _)? = stages.first?.kind, machine.visible == .bernoulli else {
      return
    }
    try data.training.requireProbabilities("training")
    try data.validation?.requireProbabilities("validation")
    try data.test?.requireProbabilities("test")
  }
}

extension PretrainingStage {
  /// The stage's run.
  ///
  /// - Parameters:
  ///   - data: the data of the whole run.
  ///   - files: the models of the stages before, in their order.
  ///   - group: the ranks, which are not talked to.
  /// - Throws: what ``RunAssembly`` throws, and `FileError` where a model is not that of its stage.
  public func assembly(
    _ data: RunData, files: [SafetensorsReader], shards: Int?, group: RankGroup, engine: Engine,
    stream: Stream
  ) throws -> RunAssembly {
    // A network that augments samples reads ahead, from readers of its own.
    try assembly(nil, files, ranks: group.size, shards: shards) { isItsOwnTarget in
      try features(data, files, isItsOwnTarget: isItsOwnTarget, group, engine, stream)
    }
  }

  /// The stage's run as far as it is known before the stages below are trained: of its data all but the
  /// numbers. What is wrong with its settings is found here.
  ///
  /// - Throws: what ``RunAssembly`` throws; a ``ConfigurationError`` names the stage.
  public func draft(_ data: RunData, ranks: Int) throws -> RunAssembly {
    do {
      return try assembly(data, [], ranks: ranks, shards: nil) { isItsOwnTarget in
        expected(data, isItsOwnTarget: isItsOwnTarget)
      }
    } catch var error as ConfigurationError {
      error.message = "stage \(number) (\(name)): \(error.message)"
      throw error
    }
  }

  /// The run on what `features` makes of the data; it is told whether samples are their own targets. A part
  /// of the network takes the data as they are: `data`, or else it opens them.
  private func assembly(
    _ data: RunData?, _ files: [SafetensorsReader], ranks: Int, shards: Int?,
    features: (Bool) throws -> RunData
  ) throws -> RunAssembly {
    switch kind {
    case .supervised(let frozen):
      return try RunAssembly(
        configuration, data: data, ranks: ranks, shards: shards, frozen: frozen)
    case .machine(let machine, _):
      let parts = try machineParts(machine, try features(false), files)
      return try RunAssembly(configuration, parts, ranks: ranks, shards: shards)
    case .wakeSleep(let network, _):
      let parts = try wakeSleepParts(network, try features(false), files)
      return try RunAssembly(configuration, parts, ranks: ranks, shards: shards)
    case .autoencoder(let noise):
      let parts = try autoencoderParts(noise, try features(true), files)
      return try RunAssembly(configuration, parts, ranks: ranks, shards: shards)
    }
  }

  /// The parameters of this stage that come from those before.
  public func inheritance(_ files: [SafetensorsReader]) -> [ParameterCopy] {
    guard let last = files.last else { return [] }
    if case .wakeSleep = kind { return WakeSleepFile.copies(ofMachines: files) }
    return inherited.map { ParameterCopy($0, from: $0, of: last) }
  }

  /// What the network takes over from the stage's model, `file`.
  public func handedOn(_ file: SafetensorsReader) -> [ParameterCopy] {
    if case .wakeSleep(_, let layers) = kind {
      return WakeSleepFile.copies(to: layers, from: file)
    }
    guard let layer else { return [] }
    return layer.parameters.map {
      ParameterCopy("\(layer.name).\($0)", from: "\(source).\($0)", of: file)
    }
  }

  // MARK: Data

  /// The data as the layers below put them out.
  private func features(
    _ data: RunData, _ files: [SafetensorsReader], isItsOwnTarget: Bool, _ group: RankGroup,
    _ engine: Engine, _ stream: Stream
  ) throws -> RunData {
    let model = try TrainedModel.stack(
      below, inputShape: data.training.inputShape, batch: 256, group: group, engine: engine,
      stream: stream)
    let copies = zip(below, files).flatMap { layer, file in
      layer.parameters.map {
        ParameterCopy("\(layer.name).\($0)", from: "\(source).\($0)", of: file)
      }
    }
    try model?.read(copies)
    let width = below.last?.dense.units ?? data.training.inputShape.count
    func part(_ part: any GatheringDataset) throws -> any GatheringDataset {
      if model == nil, !isItsOwnTarget { return UnlabelledDataset(part) }
      return try FeatureDataset(
        of: part, by: model, width: width, isItsOwnTarget: isItsOwnTarget)
    }
    return RunData(
      data, training: try part(data.training), validation: try data.validation.map(part),
      test: try data.test.map(part))
  }

  /// The data as the layers below will put them out, without the numbers.
  private func expected(_ data: RunData, isItsOwnTarget: Bool) -> RunData {
    let width = below.last?.dense.units ?? data.training.inputShape.count
    func part(_ part: any GatheringDataset) -> any GatheringDataset {
      if below.isEmpty, !isItsOwnTarget { return UnlabelledDataset(part) }
      return ExpectedFeatures(of: part, width: width, isItsOwnTarget: isItsOwnTarget)
    }
    return RunData(
      data, training: part(data.training), validation: data.validation.map(part),
      test: data.test.map(part))
  }

  /// The bytes of what the layers below make of the data, which every rank keeps while the stage is trained.
  public func featureBytes(_ data: RunData) -> Int {
    var isKept = !below.isEmpty
    if case .autoencoder = kind { isKept = true }
    guard isKept else { return 0 }
    let samples = data.training.count + (data.validation?.count ?? 0) + (data.test?.count ?? 0)
    let width = below.last?.dense.units ?? data.training.inputShape.count
    return samples * width * MemoryLayout<Float>.stride
  }

  /// What identifies the layers below, so that a stage never goes on upon others.
  private func origin(_ files: [SafetensorsReader]) throws -> [(String, String)] {
    guard let last = files.last else { return [] }
    return [("features", try ParameterDigest.hex(of: last))]
  }

  // MARK: Networks

  private func machineParts(
    _ wanted: RestrictedBoltzmann, _ data: RunData, _ files: [SafetensorsReader]
  ) throws -> RunParts {
    var machine = wanted
    if machine.chains != nil {
      switch configuration.training.batch {
      case .samples(let batch): machine.chains = batch
      case .full: machine.chains = data.training.count
      }
    }
    let graph = try graph(of: machine, data)
    let settings =
      "\(machine.steps) steps, \(machine.chains ?? 0) chains,"
      + " \(machine.samplesVisible ? "draws" : "means")"
      + (machine.sparsity.map { ", sparsity \($0.target) \($0.cost) \($0.decay)" } ?? "")
    return RunParts(
      data: data, graph: graph, objective: ReconstructionError(),
      metrics: BoltzmannFigure.all(machine.visible), targetForm: .classIndex,
      metadata: [
        (BoltzmannFile.visibleKey, machine.visible.rawValue), ("boltzmann_settings", settings),
      ] + (try origin(files)))
  }

  /// The network that is one layer, called ``source``.
  private func graph(of layer: any Layer, _ data: RunData) throws -> NetworkGraph {
    let shape = data.training.inputShape
    let flat = shape.rank > 1 ? [LayerSpec(.layer(Flatten()))] : []
    return try NetworkGraph(
      NetworkSpec(flat + [LayerSpec(.layer(layer), name: source)]), inputShape: shape)
  }

  private func wakeSleepParts(
    _ network: WakeSleep, _ data: RunData, _ files: [SafetensorsReader]
  ) throws -> RunParts {
    RunParts(
      data: data, graph: try graph(of: network, data), objective: ReconstructionError(),
      metrics: [], targetForm: .classIndex,
      metadata: [
        (WakeSleepFile.visibleKey, network.visible.rawValue),
        ("up_down_settings", "\(network.steps) steps"),
      ] + (try origin(files)))
  }

  private func autoencoderParts(
    _ noise: any Layer, _ data: RunData, _ files: [SafetensorsReader]
  ) throws -> RunParts {
    guard var encoder = layer?.dense else { preconditionFailure("a stage without a layer") }
    encoder.activityRegularizer = nil
    let width = data.training.inputShape.count
    // What lies between 0 and 1 is a probability to the decoder.
    let isUnit = (try? data.training.requireProbabilities("")) != nil
    let decoder = Dense(
      units: width, activation: isUnit ? .sigmoid : .linear, initializer: GlorotUniform(),
      biasInitializer: Zeros())
    var graph = try NetworkGraph(
      NetworkSpec([
        LayerSpec(.layer(noise)), LayerSpec(.layer(encoder), name: source),
        LayerSpec(.layer(decoder), name: "decoder"),
      ]), inputShape: data.training.inputShape)
    graph.precision = configuration.precision
    var objective: any Objective = MeanSquaredError()
    if isUnit {
      graph.giveUpLastActivation()
      objective = BinaryCrossEntropy().readingLogits()
    }
    return RunParts(
      data: data, graph: graph, objective: objective, metrics: [RootMeanSquaredError()],
      targetForm: .values, metadata: try origin(files))
  }
}
