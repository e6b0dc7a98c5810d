import Metrics
import Models
import Objectives
import Tensors

/// How the outputs of a network are judged: what training, evaluation and a saved model share.
public struct EvaluationPlan {
  /// The network; where the objective reads logits, without its last activation.
  public var graph: NetworkGraph
  /// What is made small.
  public var objective: any Objective
  /// What is told beside it.
  public var metrics: [any Metric]
  /// The form in which targets are handed to the objective.
  public var targetForm: TargetForm
  /// The samples of one chunk of evaluation.
  public var batch: Int
  /// By what sums over samples are divided.
  public var normalization: Normalization

  /// A plan of the given parts.
  public init(
    graph: NetworkGraph, objective: any Objective, metrics: [any Metric], targetForm: TargetForm,
    batch: Int, normalization: Normalization = .samples
  ) {
    self.graph = graph
    self.objective = objective
    self.metrics = metrics
    self.targetForm = targetForm
    self.batch = batch
    self.normalization = normalization
  }

  /// The numbers per sample of the targets as the objective reads them.
  public var targetWidth: Int {
    targetForm == .classIndex ? 1 : graph.outputShape.count
  }
}
