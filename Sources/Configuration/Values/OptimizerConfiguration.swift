import Optimizers

/// A rule that moves parameters, and its learning rate.
public struct OptimizerConfiguration: Sendable {
  /// The rule.
  public var rule: any Optimizer
  /// The learning rate.
  public var learningRate: Float
  /// How the learning rate differs from layer to layer; nil for not at all.
  public var layerMultipliers: LayerMultipliers?

  /// `rule` at `learningRate`; nil for the rule's own default.
  public init(
    _ rule: any Optimizer, learningRate: Float? = nil,
    layerMultipliers: LayerMultipliers? = nil
  ) {
    self.rule = rule
    self.layerMultipliers = layerMultipliers
    self.learningRate = learningRate ?? type(of: rule).defaultRate
  }
}
