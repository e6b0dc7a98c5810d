/// Penalties on large parameters, added to the objective once per step.
public struct RegularizationConfiguration: Hashable, Sendable {
  /// Which parameters are penalized.
  public enum Extent: String, CaseIterable, Sendable {
    /// Weights; neither biases nor the parameters of normalizations.
    case weights
    /// Every parameter that is learnt.
    case all
  }

  /// The λ of λ·Σ|w|.
  public var l1: Float = 0
  /// The λ of λ·Σw², whose gradient is 2λw.
  public var l2: Float = 0
  /// Which parameters are penalized.
  public var extent = Extent.weights

  /// No penalty.
  public init() {}

  static let section = Section(
    RegularizationConfiguration(),
    fields: [
      Field("l1", \.l1, .number(.nonNegative), "λ of the penalty λ·Σ|w|."),
      Field("l2", \.l2, .number(.nonNegative), "λ of the penalty λ·Σw², whose gradient is 2λw."),
      Field(
        "on", \.extent, .name,
        "The parameters penalized: `weights` (no biases or normalization parameters) or `all`; "
          + "`weight_decay` of the optimizer acts on the same."),
    ])
}
