/// How much of the gradient is exchanged at once.
public enum BucketSize: Hashable, Sendable {
  /// What was the fastest in a measurement at the start, which rank 0 judges for all.
  case automatic
  /// So many elements, at most.
  case elements(Int)
}
