import Tensors

/// How the outputs of several networks become one.
public protocol EnsembleRule: Sendable {
  /// Combines the outputs of all members for `rows` samples.
  ///
  /// - Parameters:
  ///   - outputs: member after member, each `rows` × `width`.
  ///   - combined: `rows` × `width`.
  func combine(
    _ outputs: Span<Float>, rows: Int, width: Int, into combined: inout MutableSpan<Float>)
}
