import Optimizers

/// A rule that moves parameters, and its learning rate.
public struct OptimizerConfiguration: Sendable {
  /// The rule.
  public var rule: any Optimizer
  /// The learning rate.
  public var learningRate: Float

  /// `rule` at `learningRate`; nil for the rule's own default.
  public init(_ rule: any Optimizer, learningRate: Float? = nil) {
    self.rule = rule
    self.learningRate = learningRate ?? type(of: rule).defaultRate
  }
}
