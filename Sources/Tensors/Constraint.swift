/// A set in which a parameter must lie: after every update it is moved back there.
///
/// Only the values count, so every rank does the same.
public protocol Constraint: Sendable {
  /// Moves `values`, the plain layout of a parameter of `shape`, to the nearest point of the set, or
  /// one near it.
  func apply(_ values: inout MutableSpan<Float>, shape: Shape)
}
