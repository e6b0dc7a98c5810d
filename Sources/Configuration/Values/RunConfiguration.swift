import Layers
import Metrics
import Models
import Objectives
import Optimizers
import Training

/// One run, as a configuration tells it: every default filled in, every value in its range.
public struct RunConfiguration: Sendable {
  /// The name of the experiment, from which run directories take theirs.
  public var name: String
  /// The seed of everything that is drawn.
  public var seed: UInt64 = 1
  /// The data.
  public var data = DataConfiguration()
  /// The network.
  public var model = NetworkSpec([])
  /// What training makes small.
  public var objective: any Objective = MeanSquaredError()
  /// The figures of merit, in the order in which they are told.
  public var metrics: [any Metric] = []
  /// By what the sums over the samples of a minibatch are divided.
  public var normalization = Normalization.samples
  /// The rule that moves parameters, and its learning rate.
  public var optimizer = OptimizerConfiguration(SGD())
  /// How the learning rate goes over the run.
  public var schedule = ScheduleConfiguration()
  /// How large a gradient may be.
  public var clip = GradientClipping.none
  /// Penalties on large parameters.
  public var regularization = RegularizationConfiguration()
  /// Whether the weights are averaged over the steps.
  public var average = AverageConfiguration()
  /// When the run ends because it has stopped to become better; nil for never.
  public var earlyStopping: EarlyStoppingConfiguration?
  /// What happens when the training diverges.
  public var divergence = DivergenceRule()
  /// How the hidden layers get their first values; nil where they are drawn.
  public var pretraining: PretrainingConfiguration?
  /// The networks that are kept and combined.
  public var ensemble = EnsembleConfiguration()
  /// How long to train, and in which pieces.
  public var training = TrainingConfiguration()
  /// When checkpoints are written.
  public var checkpoints = CheckpointConfiguration()
  /// The file from which the parameters take their first values; nil where they are drawn.
  public var initialWeights: String?
  /// In which numbers products and convolutions are computed.
  public var precision = Precision.float32
  /// What is measured beside the training.
  public var diagnostics = DiagnosticsConfiguration()
  /// What is written of the training beside its epochs.
  public var logging = LoggingConfiguration()
  /// How data are evaluated.
  public var evaluation = EvaluationConfiguration()
  /// How a rank uses its machine.
  public var parallel = ParallelConfiguration()
  /// Where values of a run that is a stage of another one were written, by the keys that they have here.
  var places: [String: String] = [:]

  /// The key under which a person finds the value of `key`.
  func place(of key: String) -> String { places[key] ?? key }

  /// The configuration as YAML with every default written out; it loads to the same values.
  public var resolvedText: String { YAMLWriter.text(of: RunConfiguration.section.encode(self)) }

  /// What decides the result of the run, as text: the resolved configuration without the name and
  /// without the data's root, which may differ from host to host.
  public var canonicalText: String {
    var copy = self
    copy.name = ""
    copy.data.root = nil
    return copy.resolvedText
  }
}

extension RunConfiguration {
  /// The keys of a configuration file.
  static let section = Section(
    RunConfiguration(name: ""),
    fields: [
      Field(
        "name", \.name, .text("a name"),
        "The name of the experiment; unset it is the name of the file.",
        writtenIf: { !$0.name.isEmpty }),
      Field(
        "seed", \.seed, .integer(atLeast: 0, atMost: Bound.seed),
        "The seed of everything that is drawn."),
      Field("data", \.data, DataConfiguration.section.codec, required: true, "The data."),
      Field(
        "model", \.model.layers, Registry.layerList, required: true,
        "The layers from the input to the output."),
      Field(
        "objective", \.objective, Registry.objectives.codec, required: true,
        "What training makes small."),
      Field(
        "reduction", \.normalization, .name,
        "What the weighted sums over samples are divided by: the number of samples (`samples`), or "
          + "the sum of their weights (`weights`)."),
      Field(
        "metrics", \.metrics, Registry.metrics.codec.list("a list of metrics"),
        default: "[accuracy]",
        "Figures told beside the objective; unset it is [mean_absolute_error] for objectives of "
          + "numbers ([root_mean_squared_error] for mean_absolute_error, [cosine_similarity] for "
          + "cosine_similarity)."),
      Field(
        "optimizer", \.optimizer, Registry.optimizers.codec, required: true,
        "The rule that moves parameters."),
      Field(
        "schedule", \.schedule, ScheduleConfiguration.section.codec,
        "How the learning rate goes over the run."),
      Field("clip", \.clip, .clipping, "How large a gradient may be."),
      Field(
        "regularization", \.regularization, RegularizationConfiguration.section.codec,
        "Penalties on large parameters."),
      Field(
        "average", \.average, AverageConfiguration.section.codec,
        "Whether the weights are averaged over the steps."),
      Field(
        "early_stopping", \.earlyStopping, EarlyStoppingConfiguration.section.codec.optional,
        "When the run ends because it has stopped to become better; unset it never does."),
      Field(
        "divergence", \.divergence, DivergenceRule.section.codec,
        "What happens when objective, gradient or parameters are not finite."),
      Field(
        "pretraining", \.pretraining, Registry.pretraining.codec.optional,
        "How the hidden layers get their first values before the network is trained; unset they are "
          + "drawn."),
      Field(
        "ensemble", \.ensemble, EnsembleConfiguration.section.codec,
        "Networks that are kept and combined."),
      Field(
        "training", \.training, TrainingConfiguration.section.codec,
        "How long to train, and in which pieces."),
      Field(
        "checkpoints", \.checkpoints, CheckpointConfiguration.section.codec,
        "When checkpoints are written, and which stay."),
      Field(
        InitialWeights.key, \.initialWeights, ValueCodec.text("a file name").optional,
        "A safetensors file of nntrain, PyTorch or others from which the parameters take their "
          + "first values, each under its name; relative to this file."),
      Field(
        "precision", \.precision, .name,
        "The numbers in which products and convolutions are computed: single precision (`float32`), or "
          + "operands rounded to bfloat16 and summed in single precision (`bfloat16`).",
        writtenIf: { $0.precision != .float32 }),
      Field(
        "diagnostics", \.diagnostics, DiagnosticsConfiguration.section.codec,
        "What is measured beside the training; nothing costs nothing."),
      Field(
        "logging", \.logging, LoggingConfiguration.section.codec,
        "What is written of the training beside its epochs."),
      Field(
        "evaluation", \.evaluation, EvaluationConfiguration.section.codec,
        "How data are evaluated."),
      Field(
        "parallel", \.parallel, ParallelConfiguration.section.codec,
        "How a rank uses its machine."),
    ],
    finish: { (run, node, _) throws(ConfigurationError) in
      try RunName.check(run.name, at: node["name"]?.position)
      try run.finishMetrics(node["metrics"])
      try run.finishStream(node)
      run.finishOutput(node["model"])
      try run.checkCheckpoints(node["checkpoints"]?["by"])
      try run.finishSnapshots(node["schedule"])
      if run.pretraining != nil, run.initialWeights != nil {
        throw ConfigurationError(
          at: node[InitialWeights.key]?.position ?? node.position,
          "\(InitialWeights.key) and pretraining both give the parameters their first values; leave"
            + " one of the two out")
      }
      if run.pretraining != nil, run.data.train.parts != nil {
        throw ConfigurationError(
          at: node["pretraining"]?.position ?? node.position,
          "pretraining goes through layers one after the other from one input, but data.train.inputs are"
            + " several; leave one of the two out")
      }
      if run.pretraining != nil, run.ensemble.trainsMembers {
        throw ConfigurationError(
          at: node["ensemble"]?.position ?? node.position,
          "ensemble trains members of its own, which have no stages before them; leave pretraining or"
            + " the ensemble out")
      }
      if let model = node["model"] { try LayerNames.check(model) }
    })

  /// Fills in the default metric, and checks the others against the objective.
  private mutating func finishMetrics(_ node: ConfigurationNode?) throws(ConfigurationError) {
    if node == nil { metrics = Registry.defaultMetrics(for: objective) }
    for (index, metric) in metrics.enumerated() {
      let position = node?.list?[index].position ?? node?.position
      if metrics[..<index].contains(where: { $0.name == metric.name }) {
        throw ConfigurationError(
          at: position, "metrics.\(index) is \"\(metric.name)\" again; name each metric once")
      }
      guard Registry.fits(metric, objective) else {
        throw ConfigurationError(
          at: position,
          "metrics.\(index) is \"\(metric.name)\", which cannot be told of the targets of "
            + "\(Registry.name(of: objective)); use accuracy")
      }
    }
  }

  /// Gives a last dense layer without a word on its activation the one that the objective reads.
  private mutating func finishOutput(_ node: ConfigurationNode?) {
    guard let last = node?.list?.last?.entries?.first, last.key == "dense",
      last.value["activation"] == nil, let usual = objective.usualActivation,
      let index = model.layers.indices.last, case .layer(let layer) = model.layers[index].body,
      var dense = layer as? Dense
    else { return }
    dense.activation = usual == .softmax ? .softmax : .sigmoid
    model.layers[index].body = .layer(dense)
  }

  /// The figure by which checkpoints are the best is one that is told.
  private func checkCheckpoints(_ node: ConfigurationNode?) throws(ConfigurationError) {
    let figures = ["objective"] + metrics.map(\.name)
    guard !figures.contains(checkpoints.figure) else { return }
    throw ConfigurationError(
      at: node?.position,
      "checkpoints.by is \"\(checkpoints.figure)\"; it must be one of the figures that are told: "
        + figures.joined(separator: ", "))
  }

  /// What may stand in a configuration.
  static var grammar: Grammar { .section(section.grammar) }
}
