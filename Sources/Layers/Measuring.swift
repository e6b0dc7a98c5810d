/// How a statistic follows what the training passes of a minibatch measure, once per step.
public enum MeasuredRule: Hashable, Sendable {
  /// r ← share · r + (1 − share) · mean over the samples; passes leave sums.
  case mean(keeping: Float)
  /// A state with a place for each sample of a minibatch. A pass leaves the new values of its own
  /// samples' places plus 1, and 0 in all others: the sum over shards tells what is new.
  ///
  /// States are at least 0, and whole, so that nothing is rounded.
  case state
}

/// A layer with statistics other than running means and variances.
public protocol Measuring: Layer {
  /// The names of these statistics and how they follow.
  var measured: [(name: String, rule: MeasuredRule)] { get }
}
