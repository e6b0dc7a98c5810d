/// How the elements of one parameter lie in the arena.
///
/// Whatever computes may prefer a blocked order; files, digests, initializers and norms know the
/// plain one only. Padding of a blocked order is zero and stays zero.
public protocol ParameterLayout {
  /// The floats that the parameter takes in the arena, padding included.
  var storedCount: Int { get }

  /// Copies from the plain order into the stored one.
  func store(_ plain: Span<Float>, into stored: inout MutableSpan<Float>)

  /// Copies from the stored order into the plain one.
  func load(_ stored: Span<Float>, into plain: inout MutableSpan<Float>)
}

/// The row-major order without padding.
public struct PlainLayout: ParameterLayout {
  /// The number of elements.
  public let storedCount: Int

  /// The plain order of `count` elements.
  public init(count: Int) { storedCount = count }

  /// Copies element by element.
  public func store(_ plain: Span<Float>, into stored: inout MutableSpan<Float>) {
    precondition(plain.count == storedCount && stored.count == storedCount)
    for i in 0..<storedCount { stored[i] = plain[i] }
  }

  /// Copies element by element.
  public func load(_ stored: Span<Float>, into plain: inout MutableSpan<Float>) {
    precondition(plain.count == storedCount && stored.count == storedCount)
    for i in 0..<storedCount { plain[i] = stored[i] }
  }
}
