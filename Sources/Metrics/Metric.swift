import Tensors

/// A figure of merit that is told, never optimized: a few sums over samples and a last formula.
///
/// Sums of one chunk are `Double`; chunks are combined in a fixed tree, so the figure does not depend
/// on the number of ranks.
public protocol Metric: Sendable {
  /// The name in tables and files, such as `accuracy`.
  var name: String { get }

  /// The number of sums.
  var sumCount: Int { get }

  /// Whether a larger figure is a better one.
  var largerIsBetter: Bool { get }

  /// Whether softmax or sigmoid outputs may be given as logits without changing the figure.
  ///
  /// True only where nothing but the order of the outputs of one sample counts.
  var acceptsLogits: Bool { get }

  /// Whether `prediction` must be logits, where the network puts them out.
  var readsLogits: Bool { get }

  /// Adds the sums of these samples to `sums`.
  ///
  /// `prediction` holds `width` numbers per sample; `target` holds `targetWidth` per sample: `width`
  /// values or a one-hot row, or 1 class number.
  func accumulate(
    prediction: Span<Float>, target: Span<Float>, width: Int, targetWidth: Int,
    into sums: inout MutableSpan<Double>)

  /// The figure from the sums over all samples.
  func result(_ sums: Span<Double>) -> Double

  /// Whether all sums are whole numbers, which add up exactly in any order.
  var isCounting: Bool { get }

  /// This metric for a network of so many outputs, whose outputs are read as `answers`.
  func judging(_ answers: Answers, outputs: Int) -> Self

  /// This metric with its sums of targets taken about `target`, the targets of one sample of the data
  /// that are judged, so that a mean far from 0 costs no digits.
  func centered(at target: Span<Float>) -> Self

  /// The table that this metric is, told in place of a figure; nil for metrics that are figures.
  func table(_ sums: Span<Double>) -> [[Int]]?
}

extension Metric {
  /// False.
  public var readsLogits: Bool { false }

  /// False.
  public var isCounting: Bool { false }

  /// The same.
  public func judging(_ answers: Answers, outputs: Int) -> Self { self }

  /// The same.
  public func centered(at target: Span<Float>) -> Self { self }

  /// None.
  public func table(_ sums: Span<Double>) -> [[Int]]? { nil }
}
