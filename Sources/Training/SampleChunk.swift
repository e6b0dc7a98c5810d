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

  init(_ plan: EvaluationPlan) {
    self.plan = plan
    sums = FigureSums(metrics: plan.metrics)
    readsLogits = plan.metrics.allSatisfy(\.acceptsLogits)
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
    var offset = FigureSums.metrics
    for metric in sums.metricList {
      var part = totals._mutatingExtracting(offset..<offset + metric.sumCount)
      metric.accumulate(
        prediction: output, target: targets.span(0..<count * batch.targetWidth),
        width: plan.graph.outputShape.count, targetWidth: batch.targetWidth, into: &part)
      offset += metric.sumCount
    }
  }
}
