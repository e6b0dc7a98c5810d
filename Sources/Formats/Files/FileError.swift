/// Why a file cannot be read or written: which file, what happened, and the remedy.
public struct FileError: Error, CustomStringConvertible {
  /// What kind of failure it is; decides the exit code.
  public enum Kind: Sendable {
    /// The file or folder is absent or unreadable (exit 66).
    case unreadable
    /// The output cannot be written: in use, read-only, no permission, disk full (73).
    case cannotWrite
    /// Whoever read our output has gone, as `head` does when it has seen enough (73).
    case readerGone
    /// The content is wrong: truncated, malformed, foreign (65).
    case badContent
  }

  /// The kind of failure.
  public let kind: Kind
  /// The file or folder.
  public let path: String
  /// One sentence for a person: the path, what was found, and what to do.
  public let description: String
  /// What lies beneath: a ``SystemError``, a ``SafetensorsError``, a ``JSONError``, or nothing.
  public let cause: (any Error)?

  /// A failure of `kind` at `path`; the description is `path` followed by `message`.
  public init(_ kind: Kind, _ path: String, _ message: String, cause: (any Error)? = nil) {
    self.kind = kind
    self.path = path
    self.cause = cause
    description = "\(path): \(message)"
  }

  /// Wrong content, told by the sentence of `cause`.
  public init(badContent path: String, _ cause: any Error & CustomStringConvertible) {
    self.init(.badContent, path, cause.description, cause: cause)
  }
}
