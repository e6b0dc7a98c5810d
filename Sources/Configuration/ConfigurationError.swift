/// Why a configuration cannot be used: where, what was found, what belongs there, and the remedy.
public struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What kind of failure it is; decides the exit code.
  public enum Kind: Hashable, Sendable {
    /// The content is wrong: a key, a type, a range, the syntax (exit 78).
    case badConfiguration
    /// The file is absent or unreadable (exit 66).
    case absentFile
    /// An override is not of the form `KEY=VALUE` (exit 64).
    case malformedOverride
  }

  /// The kind of failure.
  public var kind: Kind
  /// Where it was written; nil where no place can be named.
  public var position: SourcePosition?
  /// One sentence without the position.
  public var message: String

  /// A failure of `kind` at `position`, told by `message`.
  public init(_ kind: Kind = .badConfiguration, at position: SourcePosition?, _ message: String) {
    self.kind = kind
    self.position = position
    self.message = message
  }

  /// The position and the message: `configs/a.yaml:14:9: training.epoch is not known; did …`.
  public var description: String {
    position.map { "\($0): \(message)" } ?? message
  }

  /// The exit code of the program: 78, 66 or 64, as sysexits.h numbers them.
  public var exitCode: Int32 {
    switch kind {
    case .badConfiguration: 78
    case .absentFile: 66
    case .malformedOverride: 64
    }
  }
}
