import Tensors

/// A prepared layer whose passes wait for sums over all rows of the global minibatch.
///
/// Whoever runs it lets each piece of the minibatch add its sums (``addUp(_:to:)``), adds them over the
/// pieces, and hands the totals back (``take(_:totals:rows:)``): for both stages of the forward pass
/// before `forward`, for that of the backward pass before `backward`.
public protocol SynchronizedLayer: PreparedLayer {
  /// The numbers of the sums of each stage.
  var sumCount: Int { get }

  /// Adds the sums over the layer's own rows to `sums`.
  func addUp(_ stage: SumStage, to sums: inout MutableSpan<Float>)

  /// Takes the sums over all `rows` rows of the minibatch.
  func take(_ stage: SumStage, totals: Span<Float>, rows: Double)
}

/// When a layer wants sums over the global minibatch.
public enum SumStage: Sendable {
  /// Before the forward pass, for means.
  case mean
  /// After ``mean``, for variances, which are taken around the means.
  case variance
  /// Before the backward pass, for what the derivatives by means and variances are made of.
  case slope
}
