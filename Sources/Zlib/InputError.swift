#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Why bytes cannot be had from a file: what and where, as one sentence for a person.
public struct InputError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What kind of failure it is.
  public enum Kind: Sendable {
    /// The file is absent, not a file, or the system refuses to read it.
    case unreadable
    /// The file ends before its content does.
    case truncated
    /// The content contradicts its own format or checksum.
    case corrupt
    /// The content is larger than the caller allows.
    case tooLarge
    /// The library is out of memory.
    case outOfMemory
  }

  /// The kind of failure.
  public let kind: Kind
  /// The sentence, which begins with the file's path where there is one.
  public let description: String

  /// A failure of `kind` told by `description`.
  public init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }

  /// The failure of a system call on `path`, from the calling thread's `errno`.
  static func system(_ path: String, _ code: CInt) -> InputError {
    InputError(.unreadable, "\(path) cannot be read: \(String(cString: strerror(code)))")
  }
}
