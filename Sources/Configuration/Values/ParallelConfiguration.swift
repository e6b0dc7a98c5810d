/// How a rank uses its machine, and how long it waits for the others.
public struct ParallelConfiguration: Hashable, Sendable {
  /// The threads of a rank.
  public var threads = 1
  /// The seconds after which a rank that waits for another one gives up; 0 for never.
  public var watchdog = 300

  /// The defaults: one thread, 300 seconds.
  public init() {}

  static let section = Section(
    ParallelConfiguration(), unavailable: ["lockstep", "bucket"],
    fields: [
      Field(
        "threads", \.threads, .integer(atLeast: 1),
        "The threads of a rank. Another number can change the last digits of results."),
      Field(
        "watchdog", \.watchdog, .integer(atLeast: 0),
        "The seconds after which a rank that waits for a lost or stuck one gives up; 0 is never."),
    ])
}
