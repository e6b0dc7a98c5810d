import Collectives
import Datasets
import Models
import Objectives
import Tensors

/// Measures a network on a part of the data, over all ranks, every sample exactly once.
///
/// The data are cut into chunks of `evaluationBatch` samples; a rank computes consecutive ones. The
/// sums of the chunks are combined in a fixed tree, so the figures do not depend on the ranks.
final class Evaluator {
  private let chunk: SampleChunk
  private let network: Network
  private let reduction: MetricReduction
  private let agreement: CollectiveAgreement
  private let ranks: Int
  private let rank: Int
  private let batch: Batch

  init(_ plan: EvaluationPlan, network: Network, group: RankGroup) {
    chunk = SampleChunk(plan)
    self.network = network
    reduction = MetricReduction(communicator: group.communicator, width: chunk.sums.width)
    agreement = CollectiveAgreement(communicator: group.communicator)
    ranks = group.size
    rank = group.rank
    batch = Batch(
      capacity: plan.batch, inputWidth: plan.graph.inputShape.count,
      targetWidth: plan.targetWidth, targetForm: plan.targetForm)
  }

  /// The numbers of rows for which plans are needed to evaluate `count` samples.
  static func rows(count: Int, chunk: Int) -> [Int] {
    [min(chunk, count), count % chunk].filter { $0 > 0 }
  }

  /// The figures on all samples of `data`.
  ///
  /// - Throws: ``TrainingError`` on every rank where one of them can't read its samples.
  func figures(on data: any Dataset) throws -> Figures {
    let size = chunk.plan.batch
    let chunks = (data.count + size - 1) / size
    let first = chunks * rank / ranks
    let last = chunks * (rank + 1) / ranks
    var sums: [Double] = []
    var failure: RankFailure?
    for index in first..<last {
      do {
        sums += try self.sums(data, index * size..<min((index + 1) * size, data.count))
      } catch {
        failure = RankFailure(code: error.exitCode, message: error.description)
        break
      }
    }
    if let failed = try agreement.agree(failure) {
      throw TrainingError(code: failed.code, failed.message)
    }
    return chunk.sums.figures(try reduction.total(sums))
  }

  private func sums(_ data: any Dataset, _ range: Range<Int>) throws(DatasetError) -> [Double] {
    let samples = Array(range)
    try data.read(samples.span, into: batch)
    let plan = network.plan(rows: range.count, isTraining: false)
    plan.moveInput(to: batch.inputs, at: 0)
    plan.forward()
    let width = plan.outputWidth
    let (targets, weights) = (batch.targets, batch.weights)
    let objective = chunk.plan.objective.value(
      prediction: plan.output, target: targets.span(0..<range.count * batch.targetWidth),
      weights: weights.span(0..<range.count), width: width)
    plan.applyOutputActivation()
    var sums = [Double](repeating: 0, count: chunk.sums.width)
    var totals = sums.mutableSpan
    chunk.addMetrics(
      plan.output, batch, objective: objective, penalty: plan.penalty, to: &totals)
    return sums
  }
}

extension DatasetError {
  /// The exit code of this kind of failure.
  public var exitCode: Int32 {
    switch kind {
    case .unreadable: ExitCode.absent
    case .badContent: ExitCode.badContent
    case .badRequest: ExitCode.badConfiguration
    }
  }
}
