import Datasets
import Layers
import Models
import Objectives
import OneDNN
import Tensors
import Training

/// Several networks that predict together.
public final class Ensemble: Predictor {
  private let members: [TrainedModel]
  private let rule: any EnsembleRule
  private let judge: TrainedModel
  private let plan: EvaluationPlan

  /// The networks `members`, combined by `rule`.
  ///
  /// - Parameters:
  ///   - plan: how one of them is judged.
  ///   - objective: the plan's objective as it reads outputs, not logits.
  /// - Throws: `NetworkError`.
  public init(
    _ members: [TrainedModel], by rule: any EnsembleRule, judgedBy plan: EvaluationPlan,
    objective: any Objective, group: RankGroup, engine: Engine, stream: Stream
  ) throws {
    self.members = members
    self.rule = rule
    var plan = plan
    plan.graph = try NetworkGraph(
      NetworkSpec([LayerSpec(.layer(ActivationLayer(.linear)))]),
      inputShape: [plan.graph.outputShape.count])
    plan.objective = objective
    self.plan = plan
    judge = try TrainedModel(plan, group: group, engine: engine, stream: stream)
  }

  /// The figures on all samples of `data`, measured by all ranks together.
  public func figures(on data: any Dataset) throws -> Figures {
    try judge.figures(on: try combined(data))
  }

  /// Computes the combined outputs for all samples of `data` on this rank alone.
  public func predict(
    _ data: any Dataset, _ use: (Span<Float>, Int) throws -> Void
  ) throws {
    try judge.predict(try combined(data), use)
  }

  private func combined(_ data: any Dataset) throws -> CombinedOutputs {
    for member in members { try member.prepare(samples: data.count, chunk: plan.batch) }
    return CombinedOutputs(
      data, members: members, rule: rule, width: plan.graph.outputShape.count)
  }
}
