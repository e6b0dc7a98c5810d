/// What went wrong on one rank, in the words of the one message and with the exit code that all
/// ranks leave with.
public struct RankFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// The rank that failed; nil until the ranks have agreed.
  public var rank: Int?
  /// The exit code.
  public var code: Int32
  /// The message: what, where, remedy.
  public var message: String

  /// A failure of this rank.
  public init(code: Int32, message: String) {
    self.code = code
    self.message = message
  }

  /// The message, with its rank where that is known.
  public var description: String { rank.map { "rank \($0): \(message)" } ?? message }
}
