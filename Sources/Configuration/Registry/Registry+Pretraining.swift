import Layers

/// Settings of which some are a stage's.
private protocol Staged: Sendable {
  var stage: StageConfiguration { get set }
}

extension BoltzmannConfiguration: Staged {}
extension DenoisingConfiguration: Staged {}
extension UpDownConfiguration: Staged {}

extension StageConfiguration: Staged {
  fileprivate var stage: StageConfiguration {
    get { self }
    set { self = newValue }
  }
}

extension Registry {
  /// How hidden layers get their first values.
  static let pretraining = Choice<PretrainingConfiguration>(
    noun: "pretraining",
    methods: [
      Method(
        ["rbm"], "A restricted Boltzmann machine, for the first hidden layer.",
        Section(
          BoltzmannConfiguration(), fields: [machineUnits] + boltzmann + stage(),
          finish: checkMachine),
        make: { settings, _ in .machine(settings) },
        settings: { if case .machine(let settings) = $0 { settings } else { nil } }),
      Method(
        ["dbn"],
        "A deep belief network: a machine for each hidden layer, on what those below make.",
        Section(
          BoltzmannConfiguration(), fields: [networkUnits, wholeNetwork] + boltzmann + stage(),
          finish: checkMachine),
        make: { settings, _ in .beliefNetwork(settings) },
        settings: { if case .beliefNetwork(let settings) = $0 { settings } else { nil } }),
      Method(
        ["greedy_supervised"],
        "One hidden layer after the other, under an output layer of its own; those below stay as they "
          + "are.",
        Section(StageConfiguration(), fields: stage()),
        make: { settings, _ in .greedySupervised(settings) },
        settings: { if case .greedySupervised(let settings) = $0 { settings } else { nil } }),
      Method(
        ["denoising_autoencoders"],
        "One hidden layer after the other, as the encoder that undoes noise in what those below make.",
        Section(
          DenoisingConfiguration(),
          fields: [
            Field(
              "noise", \.noise, .name,
              "`masking` sets inputs to 0, `gaussian` adds normal draws."),
            Field(
              "corruption", \.corruption, .number(.nonNegative),
              "The probability of losing an input, below 1; or the deviation of what is added."),
          ] + stage(),
          finish: { (settings, node, place) throws(ConfigurationError) in
            guard settings.noise == .gaussian || settings.corruption < 1 else {
              throw ConfigurationError(
                at: node["corruption"]?.position ?? node.position,
                "\(place.child("corruption").text) is \(settings.corruption); a probability of losing"
                  + " an input is below 1")
            }
          }),
        make: { settings, _ in .denoising(settings) },
        settings: { if case .denoising(let settings) = $0 { settings } else { nil } }),
    ])

  private static let machineUnits = Field<BoltzmannConfiguration>(
    "hidden", \.units, .unitCounts,
    default: "those of the first dense layer of sigmoid units",
    "The hidden units; the model's first hidden layer must have as many.")

  private static let networkUnits = Field<BoltzmannConfiguration>(
    "layers", \.units, .unitCounts, default: "those of the dense layers of sigmoid units",
    "The hidden units of each machine from the data upwards; the model's hidden layers must have as "
      + "many.")

  private static let boltzmann: [Field<BoltzmannConfiguration>] = [
    Field(
      "visible", \.visible, .name,
      "The visible units of the first machine: `bernoulli` for data from 0 to 1, `gaussian` for "
        + "standardized data. Those of others are bernoulli."),
    Field(
      "steps", \.steps, .integer(atLeast: 1, atMost: Bound.steps),
      "k, the Gibbs steps of an update."),
    Field(
      "persistent", \.isPersistent, .truth,
      "Whether the chains go on from step to step (PCD) rather than begin at the data (CD)."),
    Field(
      "sample_visible", \.samplesVisible, ValueCodec.truth.optional,
      default: "that of `persistent`",
      "Whether visible units are drawn in Gibbs steps rather than taken as means."),
    Field(
      "sparsity", \.sparsity, sparsity.codec.optional,
      "What holds the hidden units' mean activity near a target; unset nothing does."),
    Field("initializer", \.initializer, initializers.codec, "How W is drawn."),
    Field(
      "log_partition", \.partition, partition.codec.optional,
      "How ln Z is estimated at the end, by annealed importance sampling, and with it the "
        + "log-likelihood of every part; unset it is not."),
  ]

  private static let wholeNetwork = Field<BoltzmannConfiguration>(
    "up_down", \.upDown, upDown.codec.optional,
    "How all machines are trained together at the end, by contrastive wake-sleep, with recognition "
      + "weights apart from generative ones; unset they are not.")

  private static let upDown = Section(
    UpDownConfiguration(), shorthand: "epochs",
    fields: [
      Field(
        "steps", \.steps, .integer(atLeast: 1, atMost: Bound.steps),
        "The Gibbs steps in the top machine, from its data on.")
    ] + stage())

  private static let sparsity = Section(
    RestrictedBoltzmann.Sparsity(target: 0.05), shorthand: "target",
    fields: [
      Field("target", \.target, .number(.unit), required: true, "The wanted mean activity."),
      Field("cost", \.cost, .number(.nonNegative), "How strongly it is wanted."),
      Field(
        "decay", \.decay, .number(.fraction), "The share of the mean activity that a step keeps."),
    ])

  private static let partition = Section(
    PartitionConfiguration(), shorthand: "temperatures",
    fields: [
      Field("chains", \.chains, .integer(atLeast: 2, atMost: Bound.chains), "The chains."),
      Field(
        "temperatures", \.temperatures, .integer(atLeast: 1, atMost: Bound.chains),
        "The inverse temperatures over which a chain walks from a machine without weights."),
    ])

  @Sendable private static func checkMachine(
    _ settings: inout BoltzmannConfiguration, _ node: ConfigurationNode, _ place: Place
  ) throws(ConfigurationError) {
    guard settings.samplesVisible == false, settings.isPersistent else { return }
    throw ConfigurationError(
      at: node["sample_visible"]?.position ?? node.position,
      "\(place.child("sample_visible").text) is false, but persistent chains of means don't walk"
        + " through the model's states; leave one of the two out")
  }

  /// The keys that every stage has.
  private static func stage<Whole: Staged>() -> [Field<Whole>] {
    [
      Field(
        "epochs", \.stage.length, .length,
        "How long each stage trains: a number of epochs, or `500 steps`, or `10 minutes`."),
      Field(
        "batch", \.stage.batch, ValueCodec.batch.optional,
        "The samples of a step; unset 100, with greedy_supervised that of `training`."),
      Field(
        "optimizer", \.stage.optimizer, optimizers.codec.optional,
        "The rule that moves parameters; unset it is momentum with learning rate 0.05 for machines, sgd with "
          + "0.01 for up_down, adam for autoencoders, and that of the run for greedy_supervised."),
      Field(
        "schedule", \.stage.schedule, ScheduleConfiguration.section.codec,
        "How the learning rate goes over each stage."),
      Field(
        "regularization", \.stage.regularization,
        RegularizationConfiguration.section.codec,
        "Penalties on large parameters; of machines l2 is 1e-4 where it is left out."),
    ]
  }
}

extension ValueCodec<[Int]> {
  /// Numbers of units; one may stand alone.
  fileprivate static var unitCounts: ValueCodec {
    let count = JSONText.integer(atLeast: 1, atMost: Bound.extent)
    return .scalar(
      "an integer from 1 to \(Bound.extent), or a list of such",
      schema: .alternatives([count, .list(of: count)]),
      read: { node in
        node.integers(atLeast: 1, atMost: Bound.extent).flatMap { $0.isEmpty ? nil : $0 }
      },
      encode: {
        switch $0.count {
        case 0: .null
        case 1: .plain("\($0[0])")
        default: .list($0.map { .plain("\($0)") })
        }
      })
  }
}
