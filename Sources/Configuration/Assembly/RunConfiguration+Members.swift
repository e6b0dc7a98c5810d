import Datasets
import Ensembles
import Models
import Tensors
import Training

extension RunConfiguration {
  /// The configuration of member `number`, counted from 1, of the ensemble that this one tells of: a run
  /// of its own.
  ///
  /// - Parameter weights: the file of its samples' weights; nil for those that the data have.
  /// - Throws: ``ConfigurationError`` where what varies the member can't be.
  public func member(
    _ number: Int, weights: String? = nil
  ) throws(ConfigurationError) -> RunConfiguration {
    var member = self
    member.ensemble = EnsembleConfiguration()
    member.name = "\(name), member \(number)"
    member.seed = seed &+ UInt64(number - 1)
    if let weights { member.data.sampleWeights = ConfigurationLoader.absolute(weights) }
    guard let members = ensemble.members else { return member }
    if members.bootstrap { member.data.bootstrap = true }
    guard let changes = members.vary?[number - 1], !changes.isEmpty else { return member }
    do {
      var varied = try ConfigurationLoader.load(
        text: member.resolvedText, source: "the configuration", name: member.name, folder: nil,
        overrides: changes)
      if varied.data.root == data.root { varied.data.places = data.places }
      return varied
    } catch {
      throw ConfigurationError(
        at: members.position, "ensemble.members.vary.\(number - 1): \(error.description)")
    }
  }

  /// How a network of this configuration is judged, on samples of `schema` with inputs of
  /// `inputShape`, which may be several `inputs` by name.
  ///
  /// - Throws: ``ConfigurationError`` or `NetworkError` where network and data don't go together.
  public func evaluationPlan(
    _ schema: DataSchema, inputShape: Shape, inputs: [NetworkInput]
  ) throws -> EvaluationPlan {
    var graph = try NetworkGraph(model, inputShape: inputShape, inputs: inputs)
    graph.precision = precision
    let objective = fused(&graph)
    return EvaluationPlan(
      graph: graph, objective: objective, metrics: try metrics(schema.target, graph: graph),
      targetForm: try targetForm(schema.target, graph: graph), batch: evaluationBatch,
      normalization: normalization, positions: positions(schema.target, graph: graph))
  }

  /// Checks that the ensemble suits the run of `plan`.
  func checkEnsemble(
    _ plan: RunPlan, targets: TargetDescription
  ) throws(ConfigurationError) {
    if plan.evaluation.positions > 1,
      let position = ensemble.members?.position ?? ensemble.adaboost?.position
        ?? ensemble.snapshots?.position
    {
      throw ConfigurationError(
        at: position,
        "ensemble combines one answer per sample, but this network answers at each of"
          + " \(plan.evaluation.positions) steps; leave ensemble out")
    }
    let meaning = outputMeaning(targets, graph: plan.graph)
    if let members = ensemble.members {
      if let flaw = members.combination.flaw(meaning) {
        throw ConfigurationError(at: members.position, "ensemble.members: combine: \(flaw)")
      }
      if members.combination.needsValidation, plan.validation == nil {
        throw ConfigurationError(
          at: members.position,
          "ensemble.members: combine: \(members.combination.rawValue) needs a validation part; set"
            + " data.split.validation, or give data.validation")
      }
    }
    if let boosting = ensemble.adaboost,
      let flaw = boosting.algorithm.flaw(
        meaning, width: plan.graph.outputShape.count, hasClasses: targets.classNames != nil)
    {
      throw ConfigurationError(at: boosting.position, "ensemble.adaboost: algorithm: \(flaw)")
    }
  }

  /// The plan by which each of so many members is judged, once it is sure that they go together.
  ///
  /// - Throws: ``ConfigurationError`` that names the member which does not.
  public func memberPlans(
    _ configurations: [RunConfiguration], of plan: RunPlan, schema: DataSchema
  ) throws -> [EvaluationPlan] {
    let meaning = outputMeaning(schema.target, graph: plan.graph)
    return try configurations.enumerated().map { index, member in
      let own = try member.evaluationPlan(
        schema, inputShape: plan.graph.inputShape, inputs: plan.graph.inputs)
      guard member.outputMeaning(schema.target, graph: own.graph) == meaning,
        own.targetForm == plan.evaluation.targetForm
      else {
        throw ConfigurationError(
          at: ensemble.members?.position,
          "ensemble.members.vary.\(index): member \(index + 1) has outputs of another kind than the"
            + " others; end all with the same activation, for the same kind of objective")
      }
      return own
    }
  }
}
