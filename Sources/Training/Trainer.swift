import Collectives
import Datasets
import Layers
import Models
import OneDNN
import Tensors

/// The result of a run.
public struct RunResult {
  /// Where the run stood at its end.
  public var status: RunStatus
  /// The figures of the parts, the training part measured without dropout.
  public var training: Figures?
  /// The validation part's.
  public var validation: Figures?
  /// The test part's.
  public var test: Figures?
  /// Whether somebody asked the run to stop before its end.
  public var wasStopped: Bool
  /// The seconds of all steps.
  public var trainingSeconds: Double
  /// The samples of all steps.
  public var trainedSamples: Int

  /// The samples per second over all steps.
  public var samplesPerSecond: Double {
    trainingSeconds > 0 ? Double(trainedSamples) / trainingSeconds : 0
  }
}

/// Trains a network: every rank calls ``train(stop:)`` with the same plan, and all hold the same bits
/// after every step.
public final class Trainer {
  /// The plan of the run.
  public let plan: RunPlan
  /// The network with its parameters.
  public let network: Network
  private let group: RankGroup
  private let callbacks: [any Callback]
  private let shardPlan: ShardPlan
  private let update: ParameterUpdate
  private let step: MinibatchStep
  private let evaluator: Evaluator
  private let reduction: MetricReduction
  private let agreement: CollectiveAgreement
  /// What went wrong in this rank's callbacks since the ranks last agreed.
  private var failure: RankFailure?
  private let sums: FigureSums

  /// Builds the network with its first values and compiles every plan that will be needed.
  ///
  /// - Throws: ``TrainingError`` or ``NetworkError``, the same on every rank.
  public init(
    _ plan: RunPlan, group: RankGroup, engine: Engine, stream: Stream, callbacks: [any Callback]
  ) throws {
    self.plan = plan
    self.group = group
    self.callbacks = callbacks
    shardPlan = plan.shardPlan
    network = try Trainer.compile(plan, shardPlan, engine: engine, stream: stream)
    network.parameters.initialize(key: RandomKey(seed: plan.seed, purpose: .initialization))
    update = ParameterUpdate(
      plan.optimizer, store: network.parameters, penalties: plan.penalties,
      clipping: plan.clipping, average: plan.weightAverage)
    step = try MinibatchStep(
      plan, shardPlan: shardPlan, network: network, update: update, group: group)
    agreement = CollectiveAgreement(communicator: group.communicator)
    evaluator = Evaluator(plan.evaluation, network: network, group: group)
    sums = FigureSums(metrics: plan.evaluation.metrics)
    reduction = MetricReduction(communicator: group.communicator, width: sums.width)
  }

  /// The network of `plan`, compiled for every number of rows that will occur.
  static func compile(
    _ plan: RunPlan, _ shardPlan: ShardPlan, engine: Engine, stream: Stream
  ) throws(NetworkError) -> Network {
    let rows = MinibatchStep.pieces(shardPlan.shardSizes, limit: plan.microBatch)
    let network = try Network(
      plan.graph, mainRows: rows.max() ?? 1,
      dropoutKey: RandomKey(seed: plan.seed, purpose: .dropout), engine: engine, stream: stream)
    let parts = [plan.training, plan.validation, plan.test].compactMap { $0 }
    try network.compile(
      training: rows,
      inference: parts.flatMap { Evaluator.rows(count: $0.count, chunk: plan.evaluation.batch) })
    return network
  }

  /// Trains to the plan's end, or until `stop` or a callback ends the run; afterwards the network
  /// holds the average of its weights, where one is kept.
  public func train(stop: StopSignal) throws -> RunResult {
    let begin = MonotonicClock.seconds
    var status = RunStatus()
    status.stepsPerEpoch = shardPlan.steps
    status.samplesPerEpoch = plan.dropsLast ? shardPlan.steps * plan.batch : plan.training.count
    status.learningRate = plan.learningRate.rate(at: 0, in: plan.extent)
    if case .epochs(let epochs) = plan.length { status.epochs = epochs }
    var result = RunResult(
      status: status, wasStopped: false, trainingSeconds: 0, trainedSamples: 0)
    var goesOn = try agree(tell(status) { try $0.runWillStart($1) })
    while goesOn, !isDone(status) {
      goesOn = try trainEpoch(&status, &result, stop: stop, since: begin)
    }
    status.seconds = MonotonicClock.seconds - begin
    result.status = status
    _ = try agree(tell(status) { try $0.runDidEnd($1) })
    update.settleAverage()
    return result
  }

  /// Measures the trained network on every part and adds the figures to `result`.
  ///
  /// - Throws: ``TrainingError`` where the last update has led to an objective that is not finite.
  public func measure(_ result: inout RunResult) throws {
    let training = try figures(on: plan.training)
    guard training.objective.isFinite else {
      throw TrainingError(divergedAt: "after step \(result.status.step)", training.objective)
    }
    result.training = training
    if let part = plan.validation { result.validation = try figures(on: part) }
    if let part = plan.test { result.test = try figures(on: part) }
  }

  /// The figures of the network as it is now, penalties on parameters included.
  private func figures(on data: any Dataset) throws -> Figures {
    var figures = try evaluator.figures(on: data)
    figures.add(penalty: penalty)
    return figures
  }

  /// Σ λ₁|w| + λ₂w² over the parameters.
  public var penalty: Double { update.penalty() }

  private func trainEpoch(
    _ status: inout RunStatus, _ result: inout RunResult, stop: StopSignal, since begin: Double
  ) throws -> Bool {
    status.epoch += 1
    status.stepInEpoch = 0
    step.begin(epoch: status.epoch - 1)
    var goesOn = tell(status) { try $0.epochWillStart($1) }
    let start = MonotonicClock.seconds
    while goesOn, status.stepInEpoch < shardPlan.steps, !isDone(status, withinEpoch: true) {
      let outcome = try step.run(
        status.stepInEpoch, stopRequested: stop.poll(), failure: failure)
      status.stepInEpoch += 1
      status.step = step.step
      status.batchObjective = outcome.objective
      status.learningRate = outcome.rate
      goesOn = tell(status) { try $0.stepDidEnd($1) }
      if outcome.wantsStop {
        result.wasStopped = true
        goesOn = false
      }
    }
    status.trainingSeconds = MonotonicClock.seconds - start
    result.trainingSeconds += status.trainingSeconds
    let totals = try reduction.total(step.sums)
    status.training = sums.figures(totals)
    status.training?.add(penalty: penalty)
    result.trainedSamples += status.training?.samples ?? 0
    if let part = plan.validation {
      let watched = try update.withAverage { try figures(on: part) }
      status.validation = watched
      step.observe(validation: watched.objective)
      goesOn = tell(status) { try $0.evaluationDidEnd($1) } && goesOn
    }
    status.seconds = try agreedSeconds(since: begin)
    return try agree(tell(status) { try $0.epochDidEnd($1) }) && goesOn
  }

  /// The coordinator's clock, so that every rank decides alike.
  private func agreedSeconds(since begin: Double) throws -> Double {
    guard case .seconds = plan.length else { return MonotonicClock.seconds - begin }
    return try group.communicator.allReduce(MonotonicClock.seconds - begin, .max)
  }

  private func isDone(_ status: RunStatus, withinEpoch: Bool = false) -> Bool {
    switch plan.length {
    case .epochs(let epochs): !withinEpoch && status.epoch >= epochs
    case .steps(let steps): status.step >= steps
    case .seconds(let seconds): !withinEpoch && status.seconds >= seconds
    }
  }

  /// Calls a hook of every callback; what one throws is kept, since the other ranks wait.
  private func tell(
    _ status: RunStatus, _ hook: (any Callback, RunStatus) throws -> Verdict
  ) -> Bool {
    var goesOn = true
    for callback in callbacks {
      do {
        if try hook(callback, status) == .stop { goesOn = false }
      } catch {
        failure = failure ?? RankFailure(describing: error)
      }
    }
    return goesOn
  }

  /// Hands `goesOn` back unless a callback of any rank has failed.
  private func agree(_ goesOn: Bool) throws -> Bool {
    if let failed = try agreement.agree(failure) {
      throw TrainingError(code: failed.code, failed.message)
    }
    return goesOn
  }
}
