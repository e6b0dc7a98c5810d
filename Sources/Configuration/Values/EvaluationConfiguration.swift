/// How data are evaluated.
public struct EvaluationConfiguration: Hashable, Sendable {
  /// The samples of one chunk; nil for the size of the training shard.
  public var batch: Int?

  /// The defaults.
  public init() {}

  static let section = Section(
    EvaluationConfiguration(),
    fields: [
      Field(
        "batch", \.batch, ValueCodec.integer(atLeast: 1, atMost: Bound.samples).optional,
        "The samples evaluated at once; unset it is the size of a training shard. It decides in "
          + "which order sums are formed, so it can change the last digits of figures.")
    ])
}
