import Datasets
import Models
import Optimizers

/// How long a run trains.
public enum RunLength: Hashable, Sendable {
  /// So many passes over the training part.
  case epochs(Int)
  /// So many updates.
  case steps(Int)
  /// So many seconds; the epoch in which they end is finished.
  case seconds(Double)
  /// As long as records arrive: ``FollowPlan``.
  case unlimited
}

/// Penalties on the parameters, for those whose layer has none of its own.
public struct Penalties: Hashable, Sendable {
  /// λ of λ·Σ|w|.
  public var l1: Float
  /// λ of λ·Σw².
  public var l2: Float
  /// λ of decoupled weight decay, w ← (1 − ε λ) w in every step.
  public var weightDecay: Float
  /// Whether biases are penalized, and decay, too.
  public var onBiases: Bool

  /// Penalties of the given strengths.
  public init(l1: Float = 0, l2: Float = 0, weightDecay: Float = 0, onBiases: Bool = false) {
    self.l1 = l1
    self.l2 = l2
    self.weightDecay = weightDecay
    self.onBiases = onBiases
  }
}

/// The built objects of a run: all that training needs, nothing of how it was written down.
public struct RunPlan {
  /// The name of the run.
  public var name: String
  /// The seed of every random number.
  public var seed: UInt64
  /// The network, the objective, and how outputs are judged.
  public var evaluation: EvaluationPlan
  /// The rule that moves the parameters.
  public var optimizer: any Optimizer
  /// The learning rate of every update.
  public var learningRate: LearningRate
  /// Penalties on the parameters.
  public var penalties: Penalties
  /// How large a gradient may be.
  public var clipping: GradientClipping
  /// μ of the average of the weights a ← μ a + (1 − μ) w, which is evaluated and saved in their place;
  /// nil where none is kept.
  public var weightAverage: Float?
  /// The training part.
  public var training: any Dataset
  /// The records that are learnt from as they arrive, in place of the training part, which then only tells
  /// what they look like; nil where the training part is.
  public var followed: FollowPlan?
  /// How the samples of training are changed at random; nil for not at all. Measurements are made without.
  public var augmentation: AugmentationPlan?
  /// The validation part, if there is one.
  public var validation: (any Dataset)?
  /// The test part, if there is one; used once, at the end.
  public var test: (any Dataset)?
  /// How long to train.
  public var length: RunLength
  /// The samples of a global minibatch.
  public var batch: Int
  /// The shards of a global minibatch.
  public var shards: Int
  /// The most samples that are computed at once.
  public var microBatch: Int
  /// Whether a last, smaller minibatch is left out.
  public var dropsLast: Bool
  /// When checkpoints are written.
  public var checkpoints = CheckpointPlan()
  /// What happens when the training diverges.
  public var divergence = DivergenceRule()
  /// When the way of activations and gradients through the layers is measured; nil for never.
  public var gradientFlow: GradientFlowInterval?
  /// When the run is over because it has stopped to become better; nil for never.
  public var earlyStopping: EarlyStoppingRule?
  /// How the ranks work together; results do not depend on it.
  public var parallel = ParallelPlan()
  /// What the saved model carries beside its parameters.
  public var modelMetadata: [(String, String)]

  /// The network; where the objective reads logits, without its last activation.
  public var graph: NetworkGraph { evaluation.graph }

  /// A plan of the given parts.
  public init(
    name: String, seed: UInt64, evaluation: EvaluationPlan, optimizer: any Optimizer,
    learningRate: LearningRate, penalties: Penalties, clipping: GradientClipping = .none,
    training: any Dataset, validation: (any Dataset)?, test: (any Dataset)?, length: RunLength,
    batch: Int, shards: Int, microBatch: Int, dropsLast: Bool, modelMetadata: [(String, String)]
  ) {
    self.name = name
    self.seed = seed
    self.evaluation = evaluation
    self.optimizer = optimizer
    self.learningRate = learningRate
    self.penalties = penalties
    self.clipping = clipping
    self.training = training
    self.validation = validation
    self.test = test
    self.length = length
    self.batch = batch
    self.shards = shards
    self.microBatch = microBatch
    self.dropsLast = dropsLast
    self.modelMetadata = modelMetadata
  }

  /// How long the run is, as far as that is known beforehand.
  public var extent: RunExtent {
    let steps = shardPlan.steps
    switch length {
    case .epochs(let epochs):
      let (total, overflow) = steps.multipliedReportingOverflow(by: epochs)
      return RunExtent(stepsPerEpoch: steps, totalSteps: overflow ? .max : total)
    case .steps(let total): return RunExtent(stepsPerEpoch: steps, totalSteps: total)
    case .seconds, .unlimited: return RunExtent(stepsPerEpoch: steps, totalSteps: nil)
    }
  }

  /// The numbers of samples that are computed at once in the steps of an epoch: shards, or the pieces of
  /// large ones.
  public var computedRows: [Int] {
    MinibatchStep.pieces(shardPlan.shardSizes, limit: microBatch)
  }

  /// The numbers of samples of an epoch's minibatches.
  public var minibatches: [Int] {
    let shardPlan = shardPlan
    guard shardPlan.steps > 0 else { return [] }
    return [0, shardPlan.steps - 1].map { shardPlan.positions(step: $0).count }
  }

  /// Which samples of an epoch belong to which shard of which step.
  var shardPlan: ShardPlan {
    ShardPlan(
      samples: followed.map { $0.round * batch } ?? training.count, batch: batch, shards: shards,
      dropsLast: dropsLast)
  }

  /// The positions of `shard` in step `step` of an epoch: of the training part's order, or of the records at
  /// hand.
  func positions(step: Int, shard: Int) -> Range<Int> {
    guard let numbers = followed?.records.numbers else {
      return shardPlan.positions(step: step, shard: shard)
    }
    return ShardPlan.piece(shard, of: shards, in: numbers)
  }
}
