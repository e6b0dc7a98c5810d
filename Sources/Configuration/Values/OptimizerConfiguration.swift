import Optimizers

/// A rule that moves parameters, its learning rate and its weight decay.
public struct OptimizerConfiguration: Sendable {
  /// The rule.
  public var rule: any Optimizer
  /// The learning rate.
  public var learningRate: Float
  /// The λ of decoupled weight decay.
  public var weightDecay: Float
  /// How the learning rate differs from layer to layer; nil for not at all.
  public var layerMultipliers: LayerMultipliers?

  /// `rule` at `learningRate` with `weightDecay`; nil for the rule's own defaults.
  public init(
    _ rule: any Optimizer, learningRate: Float? = nil, weightDecay: Float? = nil,
    layerMultipliers: LayerMultipliers? = nil
  ) {
    self.rule = rule
    self.layerMultipliers = layerMultipliers
    self.learningRate = learningRate ?? rule.defaultRate
    self.weightDecay = weightDecay ?? rule.defaultDecay
  }
}
