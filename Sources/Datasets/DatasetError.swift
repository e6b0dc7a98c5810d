/// Why data cannot be used: what, where, found against expected, and the remedy.
public struct DatasetError: Error, Hashable, CustomStringConvertible {
  /// What kind of failure it is; decides the exit code.
  public enum Kind: Sendable {
    /// The file is absent or unreadable (exit 66).
    case unreadable
    /// The content is wrong: truncated, wrong magic, ragged, not finite, label out of range (65).
    case badContent
    /// The configuration asks for what the data do not have (78).
    case badRequest
  }

  /// The kind of failure.
  public var kind: Kind
  /// One sentence for a person, with the file and the line or record, and what to do.
  public var description: String

  /// A failure of `kind` told by `description`.
  public init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }
}
