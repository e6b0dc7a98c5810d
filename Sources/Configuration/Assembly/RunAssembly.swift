import Datasets
import Ensembles
import Layers
import Metrics
import Models
import Objectives
import Optimizers
import Tensors
import Training

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Builds the objects of a run from its configuration: where words become things.
public struct RunAssembly {
  /// The plan of the run.
  public let plan: RunPlan
  /// What the samples mean.
  public let schema: DataSchema
  /// The digests of the data.
  public let digests: [RunData.SourceDigest]
  /// The snapshots that the run keeps, if it does.
  public let snapshots: SnapshotPlan?
  /// What a person should know before the first step.
  public let notes: [String]
  /// What a person should think about before a long training.
  public let cautions: [String]

  /// Opens the data, settles shapes and shards, and puts the plan together.
  ///
  /// - Parameters:
  ///   - opened: the configuration's data where they are open already.
  ///   - resumed: the shards of the run that goes on; nil for one that begins.
  ///   - frozen: the first layers with parameters that stay as they are.
  /// - Throws: ``ConfigurationError``, `DatasetError` or `NetworkError`.
  public init(
    _ configuration: RunConfiguration, data opened: RunData? = nil, ranks: Int,
    shards resumed: Int? = nil, frozen: Int = 0
  ) throws {
    let data = try opened ?? RunData(configuration)
    let (weighed, weightsDigest) = try data.weighed(as: configuration)
    var graph = try NetworkGraph(
      configuration.model, inputShape: weighed.training.inputShape,
      inputs: NetworkInput.all(weighed.training.schema.parts))
    graph.precision = configuration.precision
    graph.freeze(first: frozen)
    if let multipliers = configuration.optimizer.layerMultipliers {
      graph.spreadRateMultipliers(input: multipliers.input, output: multipliers.output)
    }
    try data.checkIds(for: graph)
    try data.checkPadding(for: graph)
    let objective = configuration.fused(&graph)
    let parts = RunParts(
      data: weighed, graph: graph, objective: objective,
      metrics: try configuration.metrics(data.schema.target, graph: graph),
      targetForm: try configuration.targetForm(
        data.schema.target, graph: graph, leadingAbsent: data.leadingAbsentClasses),
      metadata: weightsDigest.map { [(RunData.sampleWeightsKey, $0)] } ?? [],
      augmentation: try weighed.augmentation(configuration, for: graph))
    try self.init(
      configuration, parts, ranks: ranks, shards: resumed,
      notes: data.notes + (OutputPairing.note(objective, graph).map { [$0] } ?? []))
  }

  /// Settles shards and puts the plan together from `parts`.
  ///
  /// - Parameters:
  ///   - resumed: the shards of the run that goes on; nil for one that begins.
  ///   - notes: what is known to be unusual.
  /// - Throws: ``ConfigurationError``, `DatasetError` or `NetworkError`.
  public init(
    _ configuration: RunConfiguration, _ parts: RunParts, ranks: Int, shards resumed: Int?,
    notes: [String] = []
  ) throws {
    let (data, graph, metrics) = (parts.data, parts.graph, parts.metrics)
    var notes = notes
    let count = data.training.count
    let (batch, shards) = try RunAssembly.minibatch(
      configuration, samples: configuration.data.stream == nil ? count : .max,
      ranks: ranks, resumed: resumed, notes: &notes)
    guard ranks <= shards else {
      let reason =
        configuration.training.shards == .automatic && shards == batch
        ? " (\(configuration.place(of: "training.batch")) is \(batch))" : ""
      throw ConfigurationError(
        at: nil,
        "\(ranks) ranks are more than the \(Text.counted(shards, "shard")) of a minibatch\(reason); start"
          + " at most \(Text.counted(shards, "rank")), or set training.shards to \(ranks) or more")
    }
    if shards > batch {
      notes.append("\(shards - batch) of the \(shards) shards are empty: the batch is \(batch)")
    }
    let rate = LearningRate(
      configuration.optimizer.learningRate, schedule: configuration.schedule.method,
      warmup: configuration.schedule.warmup, warmupFrom: configuration.schedule.warmupFrom,
      scale: configuration.schedule.scale(batch: batch))
    if let note = configuration.schedule.note(rate, batch: batch) { notes.append(note) }
    var plan = RunPlan(
      name: configuration.name, seed: configuration.seed,
      evaluation: EvaluationPlan(
        graph: graph, objective: parts.objective, metrics: metrics, targetForm: parts.targetForm,
        batch: configuration.evaluationBatch, normalization: configuration.normalization,
        positions: configuration.positions(data.schema.target, graph: graph)),
      optimizer: configuration.optimizer.rule, learningRate: rate,
      penalties: Penalties(
        l1: configuration.regularization.l1, l2: configuration.regularization.l2,
        weightDecay: configuration.optimizer.weightDecay,
        onBiases: configuration.regularization.extent == .all), clipping: configuration.clip,
      training: data.training, validation: data.validation, test: data.test,
      length: configuration.training.length.plan, batch: batch, shards: shards,
      microBatch: configuration.training.microBatch, dropsLast: configuration.training.dropLast,
      modelMetadata: try ModelDescription(
        configuration: configuration, schema: data.schema, preprocessing: data.preprocessing,
        classWeights: data.classWeights
      ).metadata + parts.metadata + data.digestMetadata)
    plan.followed = try configuration.streamPlan(data, plan.evaluation, batch: batch)
    guard plan.followed != nil || plan.length != .unlimited else {
      throw ConfigurationError(
        at: nil,
        "\(configuration.place(of: "training.epochs")) is unlimited, but the training data have an end;"
          + " give a number"
          + (configuration.places.isEmpty ? ", or let records arrive by data.stream" : ""))
    }
    plan.augmentation = parts.augmentation
    plan.weightAverage = configuration.average.ema
    plan.checkpoints = configuration.checkpoints.plan
    plan.parallel = configuration.parallel.plan
    plan.gradientFlow = configuration.diagnostics.gradientFlow
    plan.divergence = configuration.divergence
    guard plan.divergence.rollbacks == 0 || plan.checkpoints.interval != .never else {
      throw ConfigurationError(
        at: nil,
        "divergence.rollback goes back to checkpoints, but checkpoints.every is never; let it be an"
          + " interval, or leave divergence.rollback out")
    }
    if plan.divergence.rollbacks > 0, case .seconds = plan.checkpoints.interval {
      throw ConfigurationError(
        at: nil,
        "divergence.rollback goes back to checkpoints, whose places must not depend on the clock; let"
          + " checkpoints.every be epochs or steps")
    }
    try BatchStatisticsCheck.requireSeveral(
      graph, rows: plan.computedRows, batches: plan.minibatches)
    cautions =
      (plan.followed == nil
        ? RunAssembly.cautions(parameters: graph.parameterCount, samples: count) : [])
      + BatchStatisticsCheck.cautions(
        graph, rows: plan.computedRows, batches: plan.minibatches)
    try RunAssembly.check(configuration, with: plan)
    plan.earlyStopping = try configuration.earlyStopping?.rule(
      metrics: metrics, hasValidation: plan.validation != nil)
    try configuration.checkEnsemble(plan, targets: data.schema.target)
    snapshots = try configuration.snapshotPlan(plan, targets: data.schema.target, notes: &notes)
    self.plan = plan
    schema = data.schema
    digests = data.digests
    self.notes = notes
  }

  /// Whether the schedule fits the run.
  private static func check(
    _ configuration: RunConfiguration, with plan: RunPlan
  ) throws(ConfigurationError) {
    let (schedule, place) = (configuration.schedule, configuration.place(of: "schedule"))
    if let flaw = plan.learningRate.flaw(in: plan.extent) {
      let node = Registry.schedules.encode(schedule.method)
      let name = node.text ?? node.entries?.first?.key ?? ""
      throw ConfigurationError(at: schedule.position, "\(place) (\(name)): \(flaw)")
    }
    if plan.learningRate.watchesValidation, plan.validation == nil {
      throw ConfigurationError(
        at: schedule.position,
        "\(place) (reduce_on_plateau): there is no validation part to watch; set"
          + " data.split.validation, or give data.validation")
    }
  }

  /// The samples and the shards of an update, with what is accumulated.
  private static func minibatch(
    _ configuration: RunConfiguration, samples count: Int, ranks: Int, resumed: Int?,
    notes: inout [String]
  ) throws(ConfigurationError) -> (batch: Int, shards: Int) {
    let training = configuration.training
    let batch: Int
    switch training.batch {
    case .full: batch = count
    case .samples(let samples): batch = samples
    }
    guard batch <= count else {
      throw ConfigurationError(
        at: nil,
        "\(configuration.place(of: "training.batch")) is \(batch), but the training part has only"
          + " \(count) samples; use a smaller batch or `batch: full`")
    }
    let times = training.accumulate
    let shards =
      resumed.map { $0 / times }
      ?? shards(training.shards, batch: batch, ranks: ranks, notes: &notes)
    guard shards >= 1 else {
      throw ConfigurationError(
        at: nil,
        "the checkpoint has \(resumed ?? 0) shards, which training.accumulate \(times) does not divide;"
          + " use another checkpoint")
    }
    guard times > 1 else { return (batch, shards) }
    guard times <= count / batch, shards <= Int.max / times else {
      throw ConfigurationError(
        at: nil,
        "training.accumulate is \(times), so that an update takes \(times) times the batch of"
          + " \(batch), but the training part has only \(count) samples; accumulate at most"
          + " \(count / batch)")
    }
    guard times * batch <= Bound.samples, times * shards <= Bound.shards else {
      throw ConfigurationError(
        at: nil,
        "training.accumulate is \(times), so that an update takes \(times) × \(batch) samples in"
          + " \(times) × \(shards) shards; at most \(Bound.samples) samples in \(Bound.shards) shards"
          + " are possible: accumulate at most"
          + " \(min(Bound.samples / batch, Bound.shards / shards))")
    }
    notes.append(
      "training.accumulate is \(times): an update takes \(times) × \(batch) = \(times * batch)"
        + " samples in \(times) × \(shards) = \(times * shards) shards")
    return (times * batch, times * shards)
  }

  /// A network with far more parameters than samples can learn them by heart.
  private static func cautions(parameters: Int, samples: Int) -> [String] {
    guard parameters >= 10 * samples else { return [] }
    return [
      "\(Text.grouped(parameters)) parameters are \(parameters / samples) times the"
        + " \(Text.grouped(samples)) training samples: watch the validation part, and regularize"
    ]
  }

  /// The shards of a minibatch: 8 for up to 8 ranks, else the next power of two, unless set.
  private static func shards(
    _ setting: TrainingConfiguration.ShardCount, batch: Int, ranks: Int, notes: inout [String]
  ) -> Int {
    switch setting {
    case .count(let count): return count
    case .ranks:
      notes.append("shards: ranks: the result depends on the number of ranks (\(ranks))")
      return ranks
    case .automatic:
      var shards = ranks <= 8 ? min(8, batch) : 8
      while shards < ranks, ranks > 8 { shards *= 2 }
      if ranks > 8 {
        notes.append(
          "training.shards is \(shards) for \(ranks) ranks, so the results are not those of up to 8"
            + " ranks; set training.shards to \(shards) for the same on every number of ranks")
      }
      return shards
    }
  }
}

extension CheckpointConfiguration {
  /// The plan in the terms of training.
  var plan: CheckpointPlan {
    let interval: CheckpointPlan.Interval =
      switch interval {
      case .never: .never
      case .every(.epochs(let count)): .epochs(count)
      case .every(.steps(let count)): .steps(count)
      case .every(.minutes(let minutes)): .seconds(minutes * 60)
      case .every(.unlimited): .never
      }
    return CheckpointPlan(every: interval, keep: keep, best: best, by: figure)
  }
}

extension RunLength {
  /// The length in the terms of training.
  public var plan: Training.RunLength {
    switch self {
    case .epochs(let count): .epochs(count)
    case .steps(let count): .steps(count)
    case .minutes(let minutes): .seconds(minutes * 60)
    case .unlimited: .unlimited
    }
  }
}

extension ParallelConfiguration {
  /// The terms of training.
  var plan: ParallelPlan {
    var plan = ParallelPlan()
    plan.lockstepEvery = lockstep.every
    plan.usesSharedMemory = sharedMemory
    // No gradient is larger than what an address can tell, whatever a person writes.
    if case .megabytes(let size) = bucket { plan.bucketBytes = Int(min(size * 0x1p20, 0x1p50)) }
    return plan
  }
}
