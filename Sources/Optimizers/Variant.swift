/// Whose form of a rule is meant, where textbook and libraries write the same name over different
/// formulas or defaults.
public enum Variant: String, CaseIterable, Sendable {
  /// Goodfellow, Bengio and Courville, "Deep Learning", 2016, chapter 8; for what it does not have,
  /// the paper that introduced the rule.
  case book
  /// Keras 3.
  case keras
  /// PyTorch 2.
  case pytorch
}

/// A rule that exists in several forms, each with defaults of its own.
public protocol Varied {
  /// Whose form it is.
  var variant: Variant { get }

  /// The rule in the given form, with that form's defaults.
  init(_ variant: Variant)
}
