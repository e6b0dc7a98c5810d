/// The values that the targets of an objective may take.
public enum TargetDomain: Sendable {
  /// Any finite number.
  case any
  /// Numbers of at least 0.
  case nonNegative
  /// Numbers from 0 to 1, each a probability of its own.
  case unit
  /// Rows of numbers from 0 to 1 that add up to 1.
  case distribution
  /// No and yes: −1 or 0 for the one, 1 for the other.
  case signs
}
