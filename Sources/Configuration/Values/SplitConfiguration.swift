import Datasets

/// Which parts of the training source are set aside, and how they are chosen.
public struct SplitConfiguration: Hashable, Sendable {
  /// The fraction that becomes the validation part.
  public var validation: Double = 0
  /// The fraction that becomes the test part.
  public var test: Double = 0
  /// The seed of the permutation.
  public var seed: UInt64 = 1
  /// How samples are given to parts.
  public var order = Split.Order.random

  /// Nothing is set aside.
  public init() {}

  static let section = Section(
    SplitConfiguration(),
    fields: [
      Field(
        "validation", \.validation, .number(.fraction),
        "The fraction of the training source that becomes the validation part."),
      Field(
        "test", \.test, .number(.fraction),
        "The fraction of the training source that becomes the test part."),
      Field(
        "seed", \.seed, .integer(atLeast: 0, atMost: Bound.seed),
        "The seed by which samples are given to parts."),
      Field(
        "order", \.order, .name(of: [.random, .sequential]),
        "`random`: by a permutation keyed by `seed`, class by class; `sequential`: in the order of "
          + "the file, the training part first."),
    ],
    finish: { (split, node, place) throws(ConfigurationError) in
      guard split.validation + split.test < 1 else {
        throw ConfigurationError(
          at: node.position,
          "\(place.text) sets aside \(split.validation) + \(split.test) of the data; less than all "
            + "must go to validation and test together")
      }
    })
}
