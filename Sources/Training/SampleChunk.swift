import Datasets
import Objectives
import Tensors

/// Computes some samples at once: reads them, runs a plan, asks the objective and the metrics.
///
/// The minibatch step and the evaluator share it, so both see the same figures.
struct SampleChunk {
  let plan: EvaluationPlan
  let sums: FigureSums
  /// Whether every metric can do with logits, so that training need not make probabilities.
  let readsLogits: Bool

  /// The samples of `data`, about the first of which metrics take their sums of targets.
  init(_ plan: EvaluationPlan, of data: any Dataset) {
    self.plan = plan
    let metrics = SampleChunk.firstTarget(plan, data).map { first in
      plan.metrics.map { $0.centered(at: first.span) }
    }
    sums = FigureSums(metrics: metrics ?? plan.metrics)
    readsLogits = plan.metrics.allSatisfy(\.acceptsLogits)
  }

  private static func firstTarget(_ plan: EvaluationPlan, _ data: any Dataset) -> FloatStorage? {
    guard let data = data as? any GatheringDataset, data.count > 0 else { return nil }
    let target = FloatStorage(count: plan.targetWidth)
    var values = target.mutableSpan
    data.gatherTargets([0].span, into: &values, form: plan.targetForm, width: plan.targetWidth)
    return target
  }

  /// What the sums of the samples now in `batch` are to be divided by.
  func normalizer(of batch: Batch) -> Double {
    guard plan.normalization == .weights else { return Double(batch.count) }
    let weights = batch.weights
    return sum(weights.span(0..<batch.count))
  }

  /// Adds the samples now in `batch`, whose output `objective` has been judged and whose activities
  /// cost `penalty`, to `totals`.
  func addMetrics(
    _ output: Span<Float>, _ batch: Batch, objective: Double, penalty: Double,
    to totals: inout MutableSpan<Double>
  ) {
    let targets = batch.targets
    let count = batch.count
    totals[FigureSums.objective] += objective
    totals[FigureSums.penalty] += penalty
    totals[FigureSums.samples] += Double(count)
    totals[FigureSums.normalizer] += normalizer(of: batch)
    for (metric, range) in zip(sums.metricList, sums.ranges) {
      var part = totals._mutatingExtracting(range)
      metric.accumulate(
        prediction: output, target: targets.span(0..<count * batch.targetWidth),
        width: plan.graph.outputShape.count, targetWidth: batch.targetWidth, into: &part)
    }
  }
}
