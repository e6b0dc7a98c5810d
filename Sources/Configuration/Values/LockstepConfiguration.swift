/// How often ranks make sure that they hold the same parameters.
public struct LockstepConfiguration: Hashable, Sendable {
  /// The steps between two comparisons; 0 compares at the start and at the end of every epoch only.
  public var every = 0

  /// The default: at the start and at the ends of epochs.
  public init() {}

  static let section = Section(
    LockstepConfiguration(),
    fields: [
      Field(
        "every", \.every, .integer(atLeast: 0, atMost: Bound.steps),
        "The steps between two comparisons; 0 is at the start and at the end of every epoch only.")
    ])
}
