import Layers
import Optimizers
import Tensors

/// How the hidden layers get their first values before the whole network is trained.
public enum PretrainingConfiguration: Sendable {
  /// One machine, for the first hidden layer.
  case machine(BoltzmannConfiguration)
  /// Machines on top of one another, one for each hidden layer.
  case beliefNetwork(BoltzmannConfiguration)
  /// One hidden layer after the other, each under an output layer of its own.
  case greedySupervised(StageConfiguration)
  /// One hidden layer after the other, each undoing noise.
  case denoising(DenoisingConfiguration)
}

/// How one stage is trained; the rest is as in the run.
public struct StageConfiguration: Sendable {
  /// How long.
  public var length = RunLength.epochs(10)
  /// The samples of a step; nil for the run's.
  public var batch: TrainingConfiguration.BatchSize?
  /// The rule that moves parameters; nil for the run's.
  public var optimizer: OptimizerConfiguration?
  /// How the learning rate goes over the stage.
  public var schedule = ScheduleConfiguration()
  /// Penalties on parameters.
  public var regularization = RegularizationConfiguration()

  /// The defaults.
  public init() {}
}

/// How machines are built and trained.
public struct BoltzmannConfiguration: Sendable {
  /// The hidden units of each machine; empty for those of the model's layers.
  public var units: [Int] = []
  /// What the visible units of the first machine are.
  public var visible = RestrictedBoltzmann.Visible.bernoulli
  /// k, the Gibbs steps of an update.
  public var steps = 1
  /// Whether the chains are never set back.
  public var isPersistent = false
  /// Whether visible units are drawn; nil where chains are persistent.
  public var samplesVisible: Bool?
  /// What holds hidden units silent.
  public var sparsity: RestrictedBoltzmann.Sparsity?
  /// How W is drawn.
  public var initializer: any Initializer = RandomNormal(standardDeviation: 0.01)
  /// How log Z is estimated at the end; nil for not at all.
  public var partition: PartitionConfiguration?
  /// How the machines are trained as a whole at the end; nil for not at all.
  public var upDown: UpDownConfiguration?
  /// How each machine is trained.
  public var stage: StageConfiguration

  /// The defaults, near those of Hinton's guide.
  public init() {
    stage = StageConfiguration()
    stage.batch = .samples(100)
    stage.optimizer = OptimizerConfiguration(Momentum(.book), learningRate: 0.05)
    stage.regularization.l2 = 1e-4
  }
}

/// How a deep belief network is trained as a whole, by contrastive wake-sleep.
public struct UpDownConfiguration: Sendable {
  /// The Gibbs steps in the top machine.
  public var steps = 3
  /// How it is trained.
  public var stage: StageConfiguration

  /// The defaults.
  public init() {
    stage = StageConfiguration()
    stage.batch = .samples(100)
    stage.optimizer = OptimizerConfiguration(SGD(), learningRate: 0.01)
  }
}

/// How log Z is estimated by annealed importance sampling.
public struct PartitionConfiguration: Hashable, Sendable {
  /// The chains.
  public var chains = 100
  /// The inverse temperatures between 0 and 1.
  public var temperatures = 1000

  /// The defaults.
  public init() {}
}

/// How denoising autoencoders are built and trained.
public struct DenoisingConfiguration: Sendable {
  /// What is done to the inputs.
  public enum Noise: String, CaseIterable, Sendable {
    /// Inputs are set to 0.
    case masking
    /// Normal draws are added.
    case gaussian
  }

  /// What is done to the inputs.
  public var noise = Noise.masking
  /// The probability of losing an input, or the deviation of what is added.
  public var corruption: Float = 0.3
  /// How each is trained.
  public var stage: StageConfiguration

  /// The defaults.
  public init() {
    stage = StageConfiguration()
    stage.batch = .samples(100)
    stage.optimizer = OptimizerConfiguration(Adam())
  }
}
