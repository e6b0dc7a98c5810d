import Datasets
import Metrics
import Models
import Objectives
import Tensors

/// The network of a run, its data, and how its outputs are judged.
public struct RunParts {
  /// The data.
  public var data: RunData
  /// The network; where the objective reads logits, without its last activation.
  public var graph: NetworkGraph
  /// What is made small.
  public var objective: any Objective
  /// What is told beside it.
  public var metrics: [any Metric]
  /// The form in which targets are handed to the objective.
  public var targetForm: TargetForm
  /// What the saved model carries beside what every model does.
  public var metadata: [(String, String)] = []
  /// How training samples are changed at random; nil for not at all.
  public var augmentation: AugmentationPlan?
}
