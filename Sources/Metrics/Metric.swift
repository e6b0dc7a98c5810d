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

  /// Adds the sums of these samples to `sums`.
  ///
  /// `prediction` holds `width` numbers per sample; `target` holds `targetWidth` per sample: `width`
  /// values or a one-hot row, or 1 class number.
  func accumulate(
    prediction: Span<Float>, target: Span<Float>, width: Int, targetWidth: Int,
    into sums: inout MutableSpan<Double>)

  /// The figure from the sums over all samples.
  func result(_ sums: Span<Double>) -> Double
}
