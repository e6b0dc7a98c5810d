import Collectives
import Datasets
import Objectives
import OneDNN
import Tensors
import Training

/// Measures trained models on all ranks, one by one and combined in every way that suits them.
public struct EnsembleEvaluation {
  /// A model with its name and, where boosting has given it one, its weight.
  public struct Member {
    /// Its name in tables.
    public var title: String
    /// The model.
    public var model: TrainedModel
    /// What boosting lets it weigh; nil for others.
    public var weight: Double?

    /// A member of the given properties.
    public init(_ title: String, _ model: TrainedModel, weight: Double? = nil) {
      self.title = title
      self.model = model
      self.weight = weight
    }
  }

  /// How each member is judged, outputs being outputs or logits.
  public let plan: EvaluationPlan
  /// The objective as it reads outputs, not logits.
  public let objective: any Objective
  /// What the outputs are.
  public let meaning: OutputMeaning
  /// The parts that are measured, in their order.
  public let parts: [(name: String, data: any Dataset)]
  private let group: RankGroup
  private let engine: Engine
  private let stream: Stream

  /// An evaluation on the validation and the test part of `plan`, else on what was trained on.
  public init(
    _ plan: RunPlan, objective: any Objective, meaning: OutputMeaning, group: RankGroup,
    engine: Engine, stream: Stream
  ) {
    self.plan = plan.evaluation
    self.objective = objective
    self.meaning = meaning
    self.group = group
    self.engine = engine
    self.stream = stream
    let held = [("validation", plan.validation), ("test", plan.test)].compactMap { name, part in
      part.map { (name: name, data: $0 as any Dataset) }
    }
    parts = held.isEmpty ? [("train", plan.training)] : held
  }

  private var validation: Int? { parts.firstIndex { $0.name == "validation" } }

  /// The ways to combine members that suit them: the `chosen` one first.
  private func combinations(_ chosen: Combination) -> [Combination] {
    let all = [
      chosen, .mean, .geometricMean, .majority, .validationWeights, .stacking,
    ]
    var found: [Combination] = []
    for one in all where !found.contains(one) {
      guard one.flaw(meaning) == nil, !one.needsValidation || validation != nil else { continue }
      found.append(one)
    }
    return found
  }

  /// Measures all members and their combinations, of which `chosen` is the ensemble's.
  public func run(_ members: [Member], by chosen: Combination) throws -> EnsembleResult {
    var rows: [EnsembleResult.Row] = []
    for member in members {
      rows.append(
        EnsembleResult.Row(
          title: member.title, figures: try parts.map { try member.model.figures(on: $0.data) },
          weights: []))
    }
    var result = EnsembleResult(
      parts: parts.map(\.name), members: rows, largerIsBetter: plan.metrics.map(\.largerIsBetter))
    try survey(members, &result)
    for combination in combinations(chosen) {
      let weights = try weights(combination, members, rows)
      let ensemble = try Ensemble(
        members.map(\.model), by: combination.rule(meaning, weights: weights), judgedBy: plan,
        objective: objective, group: group, engine: engine, stream: stream)
      result.combinations.append(
        EnsembleResult.Row(
          title: combination.rawValue,
          figures: try parts.map { try ensemble.figures(on: $0.data) },
          weights: combination.isWeighted ? weights : []))
    }
    return result
  }

  /// The weights of the members; equal ones where the rule weighs none.
  private func weights(
    _ combination: Combination, _ members: [Member], _ rows: [EnsembleResult.Row]
  ) throws -> [Double] {
    switch (combination, validation) {
    case (.validationWeights, let part?):
      return Combination.weights(validation: rows.map { $0.figures[part].objective })
    case (.stacking, let part?): return try stacked(members, on: parts[part].data)
    case (.weightedMajority, _), (.weightedMedian, _):
      let weights = members.map { $0.weight ?? 1 }
      let total = weights.reduce(0, +)
      return weights.map { $0 / total }
    default: return members.map { _ in 1 / Double(members.count) }
    }
  }

  /// The judge of outputs and targets.
  public var judge: AnswerJudge {
    AnswerJudge(meaning, plan.targetForm, width: plan.graph.outputShape.count)
  }

  private func stacked(_ members: [Member], on data: any Dataset) throws -> [Double] {
    let (survey, judge) = (SampleSurvey(plan, group: group), judge)
    var errors: [[Double]] = []
    for member in members {
      errors.append(
        try survey.values(of: member.model, on: data, width: judge.width) {
          output, target, answer in
          let wanted = judge.wanted(target)
          for j in 0..<judge.width { answer.append(Double(output[j]) - Double(wanted[j])) }
        })
    }
    return Stacking.weights(
      errors.map { left in
        errors.map { right in zip(left, right).reduce(0) { $0 + $1.0 * $1.1 } }
      })
  }

  /// How the members differ on the first part.
  private func survey(_ members: [Member], _ result: inout EnsembleResult) throws {
    guard let data = parts.first?.data, members.count > 1 else { return }
    let (survey, judge) = (SampleSurvey(plan, group: group), judge)
    let isOfValues = meaning == .values
    let width = isOfValues ? judge.width : 1
    var found: [[Double]] = []
    for member in members {
      found.append(
        try survey.values(of: member.model, on: data, width: width) { output, target, answer in
          guard isOfValues else { return answer.append(judge.isRight(output, target) ? 1 : 0) }
          for j in 0..<width { answer.append(Double(output[j]) - Double(target[j])) }
        })
    }
    if isOfValues {
      result.correlation = Diversity.ofErrors(found)
    } else {
      (result.disagreement, result.q) = Diversity.ofAnswers(found.map { $0.map { $0 > 0 } })
    }
  }
}
