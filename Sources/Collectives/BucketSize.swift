/// How much of the gradient is exchanged at once.
public enum BucketSize: Hashable, Sendable {
  /// What was the fastest in a measurement at the start, which rank 0 judges for all.
  case automatic
  /// So many elements, at most.
  case elements(Int)

  /// The elements of a bucket in shared memory, if not said: 1 MB. There is nothing to hide there but the
  /// additions, which are the cheaper the sooner they follow the writing.
  static let shared = 1 << 18

  /// The elements, where they are said.
  var elements: Int? {
    if case .elements(let count) = self { count } else { nil }
  }
}
