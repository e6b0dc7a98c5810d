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
  /// The steps of a sequence of outputs, each of which has a target of its own; 1 where a sample has
  /// one.
  public var positions: Int

  /// A plan of the given parts.
  public init(
    graph: NetworkGraph, objective: any Objective, metrics: [any Metric], targetForm: TargetForm,
    batch: Int, normalization: Normalization = .samples, positions: Int = 1
  ) {
    self.graph = graph
    self.objective = objective
    self.metrics = metrics
    self.targetForm = targetForm
    self.batch = batch
    self.normalization = normalization
    self.positions = positions
  }

  /// The samples of the largest chunk of `count` samples.
  public func capacity(for count: Int) -> Int { max(1, min(batch, count)) }

  /// The outputs at each position: what the objective takes as one row.
  public var outputs: Int { graph.outputShape.count / positions }

  /// The numbers per sample of the targets as the objective reads them.
  public var targetWidth: Int {
    targetForm == .classIndex ? positions : graph.outputShape.count
  }

  /// Whether the network leaves some positions out as padding.
  public var isMasked: Bool { positions > 1 && graph.isOutputMasked }
}
