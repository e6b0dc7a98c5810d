import Collectives
import Datasets
import MPI
import Models
import Objectives
import Tensors

/// Measures a network on a part of the data, over all ranks, every sample exactly once.
///
/// The data are cut into chunks of `evaluationBatch` samples; a rank computes consecutive ones. The
/// sums of the chunks are combined in a fixed tree, so the figures do not depend on the ranks.
/// Counts of a rank's chunks are added up at once: whole numbers are the same in any order.
final class Evaluator {
  private let plan: EvaluationPlan
  private let network: Network
  private let communicator: Communicator
  private let agreement: CollectiveAgreement
  private let ranks: Int
  private let rank: Int
  private let heartbeat: Heartbeat
  private let batch: Batch

  /// An evaluator of parts of at most `largest` samples.
  init(_ plan: EvaluationPlan, network: Network, group: RankGroup, largest: Int) {
    self.plan = plan
    self.network = network
    communicator = group.communicator
    agreement = CollectiveAgreement(communicator: group.communicator)
    ranks = group.size
    rank = group.rank
    heartbeat = group.heartbeat
    batch = Batch(
      capacity: plan.capacity(for: largest), inputWidth: plan.graph.inputShape.count,
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
    let chunk = SampleChunk(plan, of: data)
    let size = plan.batch
    let chunks = (data.count + size - 1) / size
    let first = chunks * rank / ranks
    let last = chunks * (rank + 1) / ranks
    let (width, realWidth) = (chunk.sums.width, chunk.sums.realWidth)
    var sums: [Double] = []
    var counts = [Double](repeating: 0, count: width - realWidth)
    var failure: RankFailure?
    network.rounded.areFixed = true
    defer { network.rounded.areFixed = false }
    for index in first..<last {
      heartbeat.beat()
      do {
        let own = try self.sums(
          chunk, data, index * size..<min((index + 1) * size, data.count))
        sums += own[..<realWidth]
        for i in realWidth..<width { counts[i - realWidth] += own[i] }
      } catch {
        failure = RankFailure(code: error.exitCode, message: error.description)
        break
      }
    }
    if let failed = try agreement.agree(failure) {
      throw TrainingError(code: failed.code, failed.message)
    }
    var totals = try MetricReduction(communicator: communicator, width: realWidth).total(sums)
    if !counts.isEmpty {
      totals += try MetricReduction(communicator: communicator, width: counts.count).total(counts)
    }
    return chunk.sums.figures(totals)
  }

  private func sums(
    _ chunk: SampleChunk, _ data: any Dataset, _ range: Range<Int>
  ) throws(DatasetError) -> [Double] {
    let samples = Array(range)
    try data.read(samples.span, into: batch)
    let compiled = network.plan(rows: range.count, isTraining: false)
    compiled.moveInput(to: batch.inputs, at: 0)
    compiled.forward()
    let width = plan.outputs
    let (targets, weights) = (batch.targets, chunk.weights(of: batch, after: network.context))
    let target = targets.span(0..<range.count * batch.targetWidth)
    let objective = plan.objective.value(
      prediction: compiled.output, target: target,
      weights: weights.span(0..<range.count * plan.positions), width: width)
    let clipped = plan.objective.clippedCount(
      prediction: compiled.output, target: target, width: width)
    var sums = [Double](repeating: 0, count: chunk.sums.width)
    var totals = sums.mutableSpan
    totals[FigureSums.clipped] = Double(clipped)
    chunk.addMetrics(
      of: compiled, batch, weights: weights, objective: objective, to: &totals)
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
