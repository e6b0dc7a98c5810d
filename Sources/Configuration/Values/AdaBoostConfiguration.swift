import Ensembles

/// Networks that are trained one after another on samples weighed by what the others get wrong.
public struct AdaBoostConfiguration: Hashable, Sendable {
  /// The most networks.
  public var rounds = 10
  /// The form.
  public var algorithm = BoostingAlgorithm.samme
  /// λ, which makes the changes of weights smaller.
  public var learningRate: Double = 1
  /// How AdaBoost.R2 sees errors.
  public var loss = BoostingLoss.linear
  /// Where it is written.
  public var position: SourcePosition?

  /// The defaults.
  public init() {}

  static let section = Section(
    AdaBoostConfiguration(), shorthand: "rounds",
    fields: [
      Field(
        "rounds", \.rounds, .integer(atLeast: 1, atMost: Bound.copies), required: true,
        "The most networks."),
      Field(
        "algorithm", \.algorithm, .name,
        "`samme` for classes by votes, `samme_r` for classes by probabilities, `r2` for numbers."),
      Field(
        "learning_rate", \.learningRate, .number(.positive),
        "A factor on the learners' weights, and so on how fast the samples' weights change."),
      Field(
        "loss", \.loss, .name,
        "With r2: the share e of the largest error as it is (`linear`), e² (`square`), or 1 − exp(−e) "
          + "(`exponential`)."),
    ],
    finish: { (boosting, node, _) throws(ConfigurationError) in boosting.position = node.position })
}
