import Datasets
import Layers
import Models
import Objectives
import Tensors

/// Computes some samples at once: reads them, runs a plan, asks the objective and the metrics.
///
/// The minibatch step and the evaluator share it, so both see the same figures.
struct SampleChunk {
  let plan: EvaluationPlan
  let sums: FigureSums
  /// Whether every metric can do with logits, so that training need not make probabilities.
  private let acceptsLogits: Bool
  private let positionWeights: PositionWeights

  /// The samples of `data`, about the first of which metrics take their sums of targets.
  init(_ plan: EvaluationPlan, of data: any Dataset) {
    self.plan = plan
    let metrics = SampleChunk.firstTarget(plan, data).map { first in
      plan.metrics.map { $0.centered(at: first.span) }
    }
    sums = FigureSums(metrics: metrics ?? plan.metrics)
    acceptsLogits = plan.metrics.allSatisfy { $0.acceptsLogits || $0.readsLogits }
    positionWeights = PositionWeights(plan)
  }

  private static func firstTarget(_ plan: EvaluationPlan, _ data: any Dataset) -> FloatStorage? {
    guard let data = data as? any GatheringDataset, data.count > 0 else { return nil }
    let target = FloatStorage(count: plan.targetWidth)
    var values = target.mutableSpan
    data.gatherTargets([0].span, into: &values, form: plan.targetForm, width: plan.targetWidth)
    guard plan.positions > 1 else { return target }
    return FloatStorage(Array(target.array.prefix(plan.targetWidth / plan.positions)))
  }

  /// The weights of the samples now in `batch`, a number for each position of their outputs, once
  /// these have been computed in `context`.
  func weights(of batch: Batch, after context: PassContext) -> FloatStorage {
    positionWeights.weights(of: batch, mask: context.mask)
  }

  /// What the sums of the samples whose `weights` were asked for last are to be divided by.
  func normalizer(of batch: Batch, weights: FloatStorage) -> Double {
    guard plan.normalization == .weights else { return Double(positionWeights.count) }
    return sum(weights.span(0..<batch.count * plan.positions))
  }

  /// Adds the samples now in `batch` with their `weights`, for which `compiled` has put out what `objective`
  /// has judged, to `totals`; turns its output into probabilities where that is wanted.
  func addMetrics(
    of compiled: Plan, _ batch: Batch, weights: FloatStorage, objective: Double,
    to totals: inout MutableSpan<Double>
  ) {
    totals[FigureSums.objective] += objective
    totals[FigureSums.penalty] += compiled.penalty
    totals[FigureSums.samples] += Double(batch.count)
    totals[FigureSums.normalizer] += normalizer(of: batch, weights: weights)
    if sums.metricList.contains(where: \.readsLogits) {
      accumulate(compiled.output, batch, readsLogits: true, to: &totals)
    }
    if !(compiled.isTraining && acceptsLogits) { compiled.applyOutputActivation() }
    accumulate(compiled.output, batch, readsLogits: false, to: &totals)
  }

  /// Lets the metrics that read logits, or those that do not, judge `output`.
  private func accumulate(
    _ output: Span<Float>, _ batch: Batch, readsLogits: Bool, to totals: inout MutableSpan<Double>
  ) {
    let targets = batch.targets
    let count = batch.count
    let (width, targetWidth) = (plan.outputs, batch.targetWidth / plan.positions)
    let shown = positionWeights.unmasked(
      output, targets.span(0..<count * batch.targetWidth), width: width, targetWidth: targetWidth)
    for (metric, range) in zip(sums.metricList, sums.ranges)
    where metric.readsLogits == readsLogits {
      var part = totals._mutatingExtracting(range)
      if let shown {
        metric.accumulate(
          prediction: shown.outputs.span(0..<shown.count * width),
          target: shown.targets.span(0..<shown.count * targetWidth), width: width,
          targetWidth: targetWidth, into: &part)
      } else {
        metric.accumulate(
          prediction: output, target: targets.span(0..<count * batch.targetWidth), width: width,
          targetWidth: targetWidth, into: &part)
      }
    }
  }
}
