/// Why a picture cannot be drawn, as one sentence for a person.
public struct PlotError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What kind of failure it is; decides the exit code.
  public enum Kind: Sendable {
    /// The program that draws is not installed (exit 69).
    case missing
    /// It was started, and failed (70).
    case failed
  }

  /// The kind of failure.
  public let kind: Kind
  /// The sentence.
  public let description: String

  /// A failure of `kind` told by `description`.
  public init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }
}
