import Tensors

/// The last activation that an objective can take over, reading logits in place of probabilities.
public enum FusedActivation: String, Sendable {
  /// The softmax over the outputs of a sample.
  case softmax
  /// The logistic sigmoid of each output.
  case sigmoid
}

/// What training makes small: a weighted sum over samples, divided later, once, by the normalizer of
/// the whole minibatch.
///
/// `prediction` holds `width` numbers per sample, row after row; `target` holds `width` numbers
/// per sample, or one where ``targetForm`` is `.classIndex`; `weights` holds one number per sample.
/// Σᵢ wᵢ·Lᵢ is formed in `Double`, in an order that depends on these shapes alone.
public protocol Objective: Sendable {
  /// The form of the targets.
  var targetForm: TargetForm { get }

  /// The values that targets may take.
  var targetDomain: TargetDomain { get }

  /// The activation that this objective can take over for numerical safety, if any.
  var fusableActivation: FusedActivation? { get }

  /// The activation that makes outputs of the kind that this objective reads, if there is one.
  var usualActivation: FusedActivation? { get }

  /// This objective reading logits: the activation ``fusableActivation`` is then its own part.
  ///
  /// - Precondition: ``fusableActivation`` is not nil.
  func readingLogits() -> Self

  /// The sum Σᵢ wᵢ·Lᵢ over the samples.
  func value(
    prediction: Span<Float>, target: Span<Float>, weights: Span<Float>, width: Int
  ) -> Double

  /// The same sum; writes its derivative by each prediction to `gradient`.
  func valueAndGradient(
    prediction: Span<Float>, target: Span<Float>, weights: Span<Float>, width: Int,
    gradient: inout MutableSpan<Float>
  ) -> Double

  /// How many numbers of these samples the formula replaces, since it is not defined for them:
  /// logarithms of 0, divisions by 0.
  func clippedCount(prediction: Span<Float>, target: Span<Float>, width: Int) -> Int
}

extension Objective {
  /// Any number.
  public var targetDomain: TargetDomain { .any }

  /// None.
  public var fusableActivation: FusedActivation? { nil }

  /// The one that can be taken over.
  public var usualActivation: FusedActivation? { fusableActivation }

  /// There is no activation to take over.
  public func readingLogits() -> Self { preconditionFailure("\(Self.self) reads no logits") }

  /// None: the formula is defined everywhere.
  public func clippedCount(prediction: Span<Float>, target: Span<Float>, width: Int) -> Int { 0 }
}
