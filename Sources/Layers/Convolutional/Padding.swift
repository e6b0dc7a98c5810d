/// What is laid around an image before a window slides over it.
public enum Padding: Hashable, Sendable {
  /// Nothing: only whole windows count.
  case valid
  /// As much as makes the output ⌈size/stride⌉; an odd remainder goes to the bottom and right.
  case same
  /// So many zeros on each side.
  case explicit(top: Int, left: Int, bottom: Int, right: Int)
}

/// A height and a width.
public struct Extent2D: Hashable, Sendable {
  /// Vertical extent.
  public var height: Int
  /// Horizontal extent.
  public var width: Int

  /// An extent of `height` × `width`.
  public init(_ height: Int, _ width: Int) {
    self.height = height
    self.width = width
  }
}
